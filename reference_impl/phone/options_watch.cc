// One question at a time; the next one comes an interval after the last one was asked, or after its
// proxy was given up.
#include "reference_impl/phone/options_watch.hh"

#include <algorithm>

namespace twinline::phone {

void OptionsWatch::watch(wire::Instant now, const Target& proxy) {
    if (interval_.count() == 0 || (proxy_ && proxy_->is_same(proxy))) return;
    stop();
    proxy_ = proxy;
    next_ = now + interval_;
}

void OptionsWatch::stop() {
    proxy_.reset();
    question_.reset();
    news_ = News::none;
}

void OptionsWatch::ask(wire::Instant now) {
    if (call_id_.empty()) call_id_ = context_.token("call-id");
    const auto& domain = domain_of(account_, account_.servers.front());
    wire::SipMessage request;
    request.method = request.cseq_method = "OPTIONS";
    request.request_uri = "sip:" + wire::to_string(proxy_->endpoint);
    request.from = {account_.display_name,
                    "sip:" + account_.user + "@" + domain,
                    {{"tag", context_.token("tag")}}};
    request.to = {"", request.request_uri, {}};
    request.call_id = call_id_;
    request.cseq = ++cseq_;
    request.max_forwards = 70;
    request.contact = {{"", contact_uri(context_, account_, proxy_->transport), {}}};
    address_to(context_, *proxy_, new_branch(context_), request);
    const bool reliable = is_reliable(request);
    question_.emplace(
        Question{std::move(request), ClientTransaction(ClientTransaction::Kind::non_invite, now,
                                                       context_.config.timers, reliable)});
    next_ = now + interval_;
    transmit(context_, *proxy_, question_->request, 1,
             {.what = "keep-alive",
              .text = "asks whether " + target_name(*proxy_) + " lives",
              .clauses = {"EXT-AC-01"},
              .keys = {}});
}

void OptionsWatch::on_response(wire::Instant now, const wire::SipMessage& response) {
    if (!question_ || !is_answer(context_, response, question_->request) ||
        !question_->transaction.on_response(now, response.status) || response.status < 200)
        return;
    question_.reset();
    news_ = News::answered;
}

void OptionsWatch::on_unreachable(wire::Transport transport, const wire::Endpoint& server) {
    if (!question_ || proxy_->endpoint != server || transport_of(question_->request) != transport)
        return;
    question_.reset();
    news_ = News::silent;
}

void OptionsWatch::on_deadline(wire::Instant now) {
    if (!proxy_) return;
    if (question_) {
        auto& transaction = question_->transaction;
        if (transaction.wants_limit(now))
            transaction.limit(now, {.ends_after = account_.silence_limit});
        switch (transaction.on_deadline(now)) {
            case ClientTransaction::Act::send_again:
                transmit(context_, *proxy_, question_->request, transaction.sends(),
                         {.what = "retransmit",
                          .text = "no answer from " + target_name(*proxy_) + ", sends again",
                          .clauses = {"RFC-3261-E"},
                          .keys = {}});
                break;
            case ClientTransaction::Act::time_out:
                question_.reset();
                news_ = News::silent;
                break;
            case ClientTransaction::Act::none:
                break;
        }
    }
    if (!question_ && now >= next_) ask(now);
}

std::optional<wire::Instant> OptionsWatch::deadline() const {
    if (!proxy_) return std::nullopt;
    if (!question_) return next_;
    return question_->transaction.deadline();
}

}  // namespace twinline::phone
