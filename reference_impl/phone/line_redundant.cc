// AudioCodes' redundant proxy (EXT-AC-01, EXT-AC-02): which of the two proxies the line is
// registered at, and what the keep-alives change in that.
#include "reference_impl/phone/line.hh"

namespace twinline::phone {

// Where a phone that has no registration begins: at the proxy that it tried last, also before it
// was switched off.
void Line::begin_redundant() {
    if (const auto last = context_.last_proxy.find(account_.index);
        last != context_.last_proxy.end())
        registrations_.front().prefer(last->second);
}

void Line::redundant_settled(wire::Instant now) {
    auto& registration = registrations_.front();
    context_.last_proxy[account_.index] = registration.tried_place();
    const bool symmetric = account_.redundant->symmetric;
    const auto news = watch_->take_news();
    if (!registration.is_registered()) {
        if (symmetric) watch_->stop();
        return;
    }
    const auto place = registration.home_place();
    proxy_place_ = place;
    registration.prefer(place);
    const auto& watched = symmetric ? registration.home() : registration.met_at(0);
    if (watched) watch_->watch(now, *watched);
    const auto turn = [&](unsigned to, const char* what, const char* text) {
        context_.say(Decided{{.what = what, .text = text, .clauses = {"EXT-AC-01"}, .keys = {}}});
        registration.prefer(to);
        registration.move_to(now, to);
    };
    if (news == OptionsWatch::News::silent && (symmetric || place == 0))
        turn(1 - place, "move", "the proxy does not answer; registers at the other one");
    else if (news == OptionsWatch::News::answered && !symmetric && place != 0)
        turn(0, "return", "the primary proxy answers again; registers there");
}

}  // namespace twinline::phone
