// The walk over the servers: when the INVITE goes where, and when it goes on.
#include "reference_impl/phone/outgoing_invite.hh"

#include "reference_impl/phone/registration.hh"
#include "reference_impl/phone/stand_ins.hh"

#include <algorithm>

namespace twinline::phone {

OutgoingInvite::OutgoingInvite(Context& context, const config::Account& account, CallRoute route,
                               OneShots& one_shots, const std::string& number, std::string offer)
    : context_(context),
      account_(account),
      route_(std::move(route)),
      one_shots_(one_shots),
      authenticator_(context, account) {
    request_.method = "INVITE";
    request_.cseq_method = "INVITE";
    request_.call_id = context.token("call-id");
    const auto& domain = domain_of(account, account.servers.front());
    request_.request_uri = "sip:" + number + "@" + domain;
    request_.from = {account.display_name,
                     "sip:" + account.user + "@" + domain,
                     {{"tag", context.token("tag")}}};
    request_.to = {"", request_.request_uri, {}};
    request_.cseq = 0;
    request_.max_forwards = 70;
    request_.content_type = "application/sdp";
    request_.body = std::move(offer);
}

void OutgoingInvite::start(wire::Instant now) { go_on(now, {}, {}); }

// To the next server; `reason` and `clauses` say why the one before was given up.
void OutgoingInvite::go_on(wire::Instant now, const std::string& reason, const Clauses& clauses) {
    if (attempt_) remember(now);
    attempt_.reset();
    refusals_ = 0;
    if (hung_up_) return fail("hung up");
    take(now, route_.go_on(now, reason, clauses));
}

void OutgoingInvite::take(wire::Instant now, CallRoute::Step step) {
    switch (step) {
        case CallRoute::Step::locating:
            state_ = State::locating;
            break;
        case CallRoute::Step::registering:
            state_ = State::registering;
            break;
        case CallRoute::Step::send:
            invite(now, 0, first_reason());
            break;
        case CallRoute::Step::nobody:
            fail(route_.nobody_reason());
            break;
    }
}

void OutgoingInvite::on_registration(wire::Instant now) {
    if (state_ != State::registering) return;
    if (hung_up_) return fail("hung up");
    take(now, route_.on_registration(now));
}

Decision OutgoingInvite::first_reason() const {
    if (route_.hop().is_first)
        return {.what = "invite",
                .text = "calls over " + target_name(route_.hop().target),
                .clauses = context_.cite({.yealink = "YL-FO-INV-03", .aastra = "AA-BPR-04"},
                                         {"RFC-3261-812"}),
                .keys = {}};
    return route_.turn(
        "the call goes to",
        context_.cite({.yealink = route_.hop().rank.over_proxy ? "YL-PAR-22" : "YL-FO-INV-02",
                       .aastra = "AA-BPR-04",
                       .audiocodes = "AC-PAR-02"},
                      {"RFC-3263-07", "RFC-3263-08", "RFC-3261-0811"}));
}

// A new transaction with the current server.
void OutgoingInvite::invite(wire::Instant now, unsigned answers, Decision why) {
    const auto& hop = route_.hop();
    ++request_.cseq;
    request_.route = route_.pre_loaded();
    address_to(context_, hop.target, new_branch(context_), request_);
    request_.contact = {{"", dialog_contact_uri(context_, account_, hop.target.transport), {}}};
    authenticator_.apply(hop.target.endpoint, request_);
    send(now, answers, std::move(why));
}

void OutgoingInvite::send(wire::Instant now, unsigned answers, Decision why) {
    const auto& hop = route_.hop();
    attempt_.emplace(Attempt{hop,
                             request_,
                             ClientTransaction(ClientTransaction::Kind::invite, now,
                                               context_.config.timers, is_reliable(request_)),
                             answers,
                             {}});
    provisional_ = false;
    state_ = State::inviting;
    transmit(context_, hop.target, request_, 1, std::move(why));
}

void OutgoingInvite::on_deadline(wire::Instant now) {
    std::erase_if(past_, [now](const Past& past) { return past.until <= now; });
    if (!attempt_) return;
    if (cancel_ends_ && now >= *cancel_ends_) {  // RFC 3261 9.1: taken for ended
        remember(now);
        return fail("hung up");
    }
    auto& transaction = attempt_->transaction;
    if (transaction.wants_limit(now)) {
        const auto redundant = account_.servers.size() > 1 && attempt_->hop.leg.proxy == nullptr
                                   ? Redundant::by_fallback
                                   : Redundant::by_name;
        const auto over_udp = [&] {
            return invite_patience(context_, account_, *attempt_->hop.leg.server,
                                   attempt_->hop.rank, redundant);
        };
        const auto limit =
            is_reliable(attempt_->request) ? stream_patience(context_, over_udp) : over_udp();
        if (!attempt_->repeats) attempt_->repeats = limit.requests - 1;
        transaction.limit(now, limit);
    }
    switch (transaction.on_deadline(now)) {
        case ClientTransaction::Act::send_again: {
            Decision why{
                .what = "retransmit",
                .text = "no answer from " + target_name(attempt_->hop.target) + ", sends again",
                .clauses = {"RFC-3261-A"},
                .keys = {}};
            if (context_.is_yealink()) why.clauses.insert(why.clauses.begin(), "YL-FO-INV-01");
            transmit(context_, attempt_->hop.target, attempt_->request, transaction.sends(),
                     std::move(why));
            break;
        }
        case ClientTransaction::Act::time_out:
            on_time_out(now);
            break;
        case ClientTransaction::Act::none:
            break;
    }
}

void OutgoingInvite::on_time_out(wire::Instant now) {
    const auto what = target_name(attempt_->hop.target) + " did not answer";
    avoid(context_, account_, attempt_->hop.target, now);
    const unsigned again = context_.rules.time_out_counts_as_408 ? 0 : 1;
    const auto repeats = std::max(attempt_->repeats.value_or(0), again);
    if (repeats > 0 && !hung_up_) {  // reading retry-form: new-request
        remember(now);
        invite(now, 0,
               {.what = "retry",
                .text = what + "; asks it again",
                .clauses = {"YL-FO-INV-01"},
                .keys = {}});
        attempt_->repeats = repeats - 1;
        return;
    }
    go_on(now, what, {"RFC-3261-B"});
}

std::optional<wire::Instant> OutgoingInvite::deadline() const {
    std::optional<wire::Instant> earliest;
    if (attempt_) earliest = attempt_->transaction.deadline();
    if (cancel_ends_ && attempt_)
        earliest = std::min(earliest.value_or(*cancel_ends_), *cancel_ends_);
    for (const auto& past : past_)
        if (!earliest || past.until < *earliest) earliest = past.until;
    if (earliest == wire::Instant::max()) return std::nullopt;
    return earliest;
}

void OutgoingInvite::on_unreachable(wire::Instant now, wire::Transport transport,
                                    const wire::Endpoint& server, const std::string& reason) {
    if (!attempt_ || attempt_->hop.target.endpoint != server ||
        transport_of(attempt_->request) != transport || !attempt_->transaction.waits_for_answer())
        return;
    const bool icmp = transport == wire::Transport::udp;
    if (icmp && ignores_icmp(context_)) return;
    const auto what = wire::to_string(server) + " " + reason;
    if (may_be_datagram(context_, attempt_->hop.target, transport)) {
        make_datagram(context_, request_);
        return send(now, attempt_->answers,
                    {.what = "retry",
                     .text = what + "; sends the request as a datagram",
                     .clauses = {"RFC-3261-1811-UDP"},
                     .keys = {}});
    }
    if (!icmp && context_.is_yealink() &&
        context_.oracle->reading("unavailable-server") == "retries-then-next" &&
        retry_counted(now, what))
        return;
    go_on(now, what, {"RFC-3261-1714"});
}

void OutgoingInvite::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (state_ != State::locating) return;
    take(now, route_.on_resolved(now, result));
}

// What was sent may still be answered (YL-FO-INV-02, RFC-3261-B2).
void OutgoingInvite::remember(wire::Instant now, std::string tag) {
    past_.push_back({attempt_->hop.target, attempt_->request, now + 64 * context_.config.timers.t1,
                     std::move(tag)});
}

void OutgoingInvite::fail(std::string reason) {
    attempt_.reset();
    reason_ = std::move(reason);
    state_ = State::failed;
}

}  // namespace twinline::phone
