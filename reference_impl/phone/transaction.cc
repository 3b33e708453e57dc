// Figures 5 and 6 of RFC 3261.
#include "reference_impl/phone/transaction.hh"

#include <algorithm>

namespace twinline::phone {

ClientTransaction::ClientTransaction(Kind kind, wire::Instant now, const config::SipTimers& timers,
                                     bool reliable)
    : kind_(kind),
      timers_(timers),
      reliable_(reliable),
      begun_(now),
      interval_(timers.t1),
      timer_f_(now + 64 * timers.t1) {           // RFC-3261-F
    if (!reliable_) timer_e_ = now + timers.t1;  // RFC-3261-E
}

void ClientTransaction::limit(wire::Instant now, const Patience& patience) {
    limited_ = true;
    patience_ = patience;
    if (patience_.ends_after) timer_f_ = begun_ + *patience_.ends_after;
    if (reliable_) {
        if (patience_.sends != 0) timer_f_ = schedule_end();
        return;
    }
    if (patience_.beyond_timer_f) timer_f_ = wire::Instant::max();
    if (patience_.sends == 1) stop_sending(now, now);  // the one send was made T1 ago
}

// When the same patience would end over UDP (reading tcp-no-answer).
wire::Instant ClientTransaction::schedule_end() const {
    const auto timer_f = begun_ + 64 * timers_.t1;
    if (patience_.give_up == Patience::GiveUp::timer_f) return timer_f;
    const unsigned gaps =
        patience_.give_up == Patience::GiveUp::next_due ? patience_.sends : patience_.sends - 1;
    auto end = begun_;
    wire::Duration gap = timers_.t1;
    for (unsigned i = 0; i < gaps; ++i, gap = std::min<wire::Duration>(2 * gap, timers_.t2))
        end += gap;
    return patience_.beyond_timer_f ? end : std::min(end, timer_f);
}

// The last send of a counted schedule was made (YL-REG-02, reading give-up-instant).
void ClientTransaction::stop_sending(wire::Instant now, wire::Instant next_due) {
    timer_e_.reset();
    switch (patience_.give_up) {
        case Patience::GiveUp::next_due:
            timer_f_ = std::min(timer_f_, next_due);  // retry-beyond-timer: never, or capped
            break;
        case Patience::GiveUp::at_last_send:
            timer_f_ = now;
            break;
        case Patience::GiveUp::timer_f:
            timer_f_ = std::max(begun_ + 64 * timers_.t1, now);
            break;
    }
}

bool ClientTransaction::on_provisional(wire::Instant now) {
    const bool first = state_ == State::trying;
    state_ = State::proceeding;
    if (kind_ == Kind::invite) {  // RFC-3261-B: it rings for as long as the user likes
        timer_e_.reset();
        timer_f_ = wire::Instant::max();
        return true;
    }
    if (first && (patience_.sends != 0 || patience_.ends_after)) {  // for servers that say nothing
        patience_ = {};
        timer_f_ = std::max(begun_ + 64 * timers_.t1, now);
        if (!timer_e_ && !reliable_) timer_e_ = now + timers_.t2;
    }
    return first;
}

bool ClientTransaction::on_response(wire::Instant now, int status) {
    if (!waits_for_answer()) return false;
    if (status < 200) return on_provisional(now);
    timer_e_.reset();
    if (kind_ == Kind::invite && status < 300) {
        state_ = State::terminated;  // from now on the dialog answers (RFC 3261 17.1.1.2)
        return true;
    }
    state_ = reliable_ ? State::terminated : State::completed;  // Timers D and K are 0 then
    timer_k_ = now + (kind_ == Kind::invite ? 64 * timers_.t1 : timers_.t4);  // RFC-3261-K
    return true;
}

ClientTransaction::Act ClientTransaction::on_deadline(wire::Instant now) {
    if (state_ == State::completed && now >= timer_k_) state_ = State::terminated;
    if (!waits_for_answer()) return Act::none;
    if (now >= timer_f_) {
        state_ = State::terminated;
        return Act::time_out;
    }
    if (!timer_e_ || now < *timer_e_) return Act::none;
    // RFC-3261-E: the gap doubles up to T2; once a provisional response came, it is T2. Timer A has
    // no bound (RFC-3261-A).
    interval_ = state_ == State::proceeding ? wire::Duration(timers_.t2) : 2 * interval_;
    if (kind_ == Kind::non_invite) interval_ = std::min<wire::Duration>(interval_, timers_.t2);
    timer_e_ = *timer_e_ + interval_;
    ++sends_;
    if (patience_.sends != 0 && sends_ >= patience_.sends) stop_sending(now, *timer_e_);
    return Act::send_again;
}

std::optional<wire::Instant> ClientTransaction::deadline() const {
    switch (state_) {
        case State::trying:
        case State::proceeding:
            if (reliable_ && !limited_ && state_ == State::trying)
                return std::min(begun_ + timers_.t1, timer_f_);
            return timer_e_ ? std::min(*timer_e_, timer_f_) : timer_f_;
        case State::completed:
            return timer_k_;
        case State::terminated:
            break;
    }
    return std::nullopt;
}

}  // namespace twinline::phone
