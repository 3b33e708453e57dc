// How its requests are sent, sent again and given up.
#include "reference_impl/phone/stand_ins.hh"
#include "reference_impl/phone/subscription.hh"

#include <algorithm>
#include <utility>

namespace twinline::phone {

void Subscription::subscribe(wire::Instant now, unsigned answers, Decision why) {
    const auto& hop = route_->hop();
    state_ = State::subscribing;
    ++request_.cseq;
    request_.route = route_->pre_loaded();
    send(now, hop.target, request_, Purpose::begin, answers, std::move(why));
}

// RFC-6665-01: in its dialog, by its route set, to its notifier.
void Subscription::refresh(wire::Instant now) {
    refresh_due_.reset();
    const auto target = dialog_->next_hop();
    const auto& hop = route_->hop();
    if (context_.is_aastra() && hop.leg.place != 0)  // the primary first
        return begin(now, {"AA-BPR-05", "RFC-6665-01"});
    if (context_.is_yealink() && hop.leg.server->only_signal_with_registered && line_.home() &&
        line_.home()->target.endpoint != target.endpoint)
        return begin_again(now, "no registration at " + target_name(target),
                           {"YL-OSR-01", "RFC-6665-01"});
    refresh_at(now, target, 0,
               {.what = "refresh",
                .text = "refreshes " + name() + " at " + target_name(target),
                .clauses = {"RFC-6665-01", "RFC-3261-1221"},
                .keys = {}});
}

void Subscription::refresh_at(wire::Instant now, const Target& target, unsigned answers,
                              Decision why) {
    refresh_due_.reset();
    send(now, target, dialog_->request("SUBSCRIBE"), Purpose::refresh, answers, std::move(why));
}

void Subscription::send(wire::Instant now, const Target& target, wire::SipMessage request,
                        Purpose purpose, unsigned answers, Decision why) {
    request.contact = {{"", dialog_contact_uri(context_, line_.account(), target.transport), {}}};
    request.expires = static_cast<std::uint32_t>(expires_.count());
    request.other = {{"Event", event_name(wanted_.package)}};
    if (const auto type = body_type(wanted_.package); !type.empty())
        request.other.push_back({"Accept", type});
    address_to(context_, target, new_branch(context_), request);
    authenticator_.apply(target.endpoint, request);
    put(now, target, std::move(request), purpose, answers, std::move(why));
}

void Subscription::put(wire::Instant now, const Target& target, wire::SipMessage request,
                       Purpose purpose, unsigned answers, Decision why) {
    const bool reliable = is_reliable(request);
    attempt_.emplace(Attempt{target,
                             std::move(request),
                             ClientTransaction(ClientTransaction::Kind::non_invite, now,
                                               context_.config.timers, reliable),
                             purpose,
                             answers,
                             {}});
    transmit(context_, target, attempt_->request, 1, std::move(why));
}

// The same server once more, as a new request (readings retry-form and unavailable-server).
bool Subscription::send_again(wire::Instant now, const std::string& reason,
                              const std::string& clause) {
    Decision why{
        .what = "retry", .text = reason + "; asks it again", .clauses = {clause}, .keys = {}};
    if (attempt_->purpose == Purpose::begin)
        subscribe(now, 0, std::move(why));
    else
        refresh_at(now, attempt_->target, 0, std::move(why));
    return true;
}

void Subscription::tend_attempt(wire::Instant now) {
    auto& transaction = attempt_->transaction;
    const auto& hop = route_->hop();
    if (transaction.wants_limit(now)) {
        const auto over_udp = [&] {
            return subscribe_patience(context_, line_.account(), *hop.leg.server, hop.rank);
        };
        const auto limit =
            is_reliable(attempt_->request) ? stream_patience(context_, over_udp) : over_udp();
        if (!attempt_->repeats) attempt_->repeats = limit.requests - 1;
        transaction.limit(now, limit);
    }
    const auto what = target_name(attempt_->target) + " did not answer";
    switch (transaction.on_deadline(now)) {
        case ClientTransaction::Act::send_again: {
            Decision why{.what = "retransmit",
                         .text = what + ", sends again",
                         .clauses = {"RFC-3261-E"},
                         .keys = {}};
            if (context_.is_yealink()) why.clauses.insert(why.clauses.begin(), "YL-PAR-11");
            transmit(context_, attempt_->target, attempt_->request, transaction.sends(),
                     std::move(why));
            break;
        }
        case ClientTransaction::Act::time_out:
            if (const auto repeats = attempt_->repeats.value_or(0); repeats > 0) {
                send_again(now, what, "YL-PAR-11");
                attempt_->repeats = repeats - 1;
            } else {
                avoid(context_, line_.account(), attempt_->target, now);
                on_silence(now, what, {"RFC-3261-F"});
            }
            break;
        case ClientTransaction::Act::none:
            break;
    }
}

void Subscription::on_deadline(wire::Instant now) {
    if (attempt_) tend_attempt(now);
    if (notify_until_ && now >= *notify_until_)
        return fail(now, "no NOTIFY came within 64*T1", {"RFC-6665-02"});
    if (ends_ && now >= *ends_) return begin_again(now, name() + " has run out", {"RFC-6665-01"});
    if (refresh_due_ && now >= *refresh_due_) return refresh(now);
    if (wake_ && now >= *wake_) begin(now, because_);
}

std::optional<wire::Instant> Subscription::deadline() const {
    std::optional<wire::Instant> earliest;
    if (attempt_) earliest = attempt_->transaction.deadline();
    if (earliest == wire::Instant::max()) earliest.reset();
    for (const auto& due : {notify_until_, ends_, refresh_due_, wake_})
        if (due && (!earliest || *due < *earliest)) earliest = due;
    return earliest;
}

void Subscription::on_unreachable(wire::Instant now, wire::Transport transport,
                                  const wire::Endpoint& server, const std::string& reason) {
    if (!attempt_ || attempt_->target.endpoint != server ||
        transport_of(attempt_->request) != transport || !attempt_->transaction.waits_for_answer())
        return;
    const bool icmp = transport == wire::Transport::udp;
    if (icmp && ignores_icmp(context_)) return;
    const auto what = wire::to_string(server) + " " + reason;
    if (may_be_datagram(context_, attempt_->target, transport)) {
        const auto former = *attempt_;
        auto request = former.request;
        make_datagram(context_, request);
        return put(now, former.target, std::move(request), former.purpose, former.answers,
                   {.what = "retry",
                    .text = what + "; sends the request as a datagram",
                    .clauses = {"RFC-3261-1811-UDP"},
                    .keys = {}});
    }
    if (!icmp && retry_counted(now, what)) return;
    on_silence(now, what, {"RFC-3261-1714"});
}

void Subscription::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (state_ != State::locating) return;
    take(now, route_->on_resolved(now, result));
}

void Subscription::leave(wire::Instant now) {
    if (dialog_ && state_ == State::active) {
        const auto target = dialog_->next_hop();
        auto bye = dialog_->request("SUBSCRIBE");
        bye.contact = {{"", dialog_contact_uri(context_, line_.account(), target.transport), {}}};
        bye.expires = 0;
        bye.other = {{"Event", event_name(wanted_.package)}};
        address_to(context_, target, new_branch(context_), bye);
        authenticator_.apply(target.endpoint, bye);
        one_shots_.send(now, target, std::move(bye),
                        {.what = "unsubscribe",
                         .text = "ends " + name() + " at " + target_name(target),
                         .clauses = {"RFC-6665-02"},
                         .keys = {}});
        farewell_ = Farewell{*dialog_, now + 64 * context_.config.timers.t1};
    }
    attempt_.reset();
    end_dialog();
    because_.clear();
    seen_home_.reset();
    state_ = State::off;
}

}  // namespace twinline::phone
