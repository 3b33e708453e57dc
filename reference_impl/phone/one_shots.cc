// Each shot is a transaction of its own; the oldest gives way when there are too many.
#include "reference_impl/phone/one_shots.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::size_t most_underway = 16;

}  // namespace

void OneShots::send(wire::Instant now, const Target& target, wire::SipMessage request,
                    Decision why) {
    if (underway_.size() == most_underway) underway_.erase(underway_.begin());
    const bool reliable = is_reliable(request);
    underway_.push_back({target, std::move(request),
                         ClientTransaction(ClientTransaction::Kind::non_invite, now,
                                           context_.config.timers, reliable)});
    transmit(context_, target, underway_.back().request, 1, std::move(why));
}

void OneShots::acknowledge_answers(wire::Instant now, const Target& target,
                                   wire::SipMessage invite) {
    if (invites_.size() == most_underway) invites_.erase(invites_.begin());
    invites_.push_back({target, std::move(invite), now + 64 * context_.config.timers.t1});
}

void OneShots::on_response(wire::Instant now, const wire::SipMessage& response) {
    for (const auto& invite : invites_) {
        if (response.status < 200 || !is_answer(context_, response, invite.request)) continue;
        auto ack = ack_of(invite.request, response);
        const bool taken = response.status < 300;
        if (taken) address_to(context_, invite.target, new_branch(context_), ack);
        transmit(context_, invite.target, ack, 1,
                 {.what = "acknowledge",
                  .text = "acknowledges " + std::to_string(response.status) + " inside the call",
                  .clauses = {taken ? "RFC-3261-1221" : "RFC-3261-B2"},
                  .keys = {}});
    }
    for (auto& shot : underway_)
        if (is_answer(context_, response, shot.request))
            shot.transaction.on_response(now, response.status);
}

void OneShots::on_deadline(wire::Instant now) {
    std::erase_if(invites_, [now](const Invite& invite) { return invite.until <= now; });
    for (auto& shot : underway_) {
        if (shot.transaction.wants_limit(now)) shot.transaction.limit(now, {});
        if (shot.transaction.on_deadline(now) == ClientTransaction::Act::send_again)
            transmit(context_, shot.target, shot.request, shot.transaction.sends(),
                     {.what = "retransmit",
                      .text = "no answer to " + shot.request.method + ", sends again",
                      .clauses = {"RFC-3261-E"},
                      .keys = {}});
    }
    std::erase_if(underway_, [](const Shot& shot) {
        return shot.transaction.state() == ClientTransaction::State::terminated;
    });
}

std::optional<wire::Instant> OneShots::deadline() const {
    std::optional<wire::Instant> earliest;
    for (const auto& invite : invites_)
        if (!earliest || invite.until < *earliest) earliest = invite.until;
    for (const auto& shot : underway_)
        if (const auto due = shot.transaction.deadline(); due && (!earliest || *due < *earliest))
            earliest = due;
    return earliest;
}

}  // namespace twinline::phone
