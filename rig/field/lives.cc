// RFC 3261 10.2 has all registrations of one boot share a Call-ID; a phone that breaks that
// changes it when a refresh is due, so that the instant tells the two apart.
#include "rig/field/lives.hh"

#include "rig/field/messages.hh"
#include "rig/field/text.hh"

#include <algorithm>
#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Duration;
using timeline::Event;
using timeline::Instant;

constexpr Duration shortest_boot = std::chrono::seconds{5};
constexpr Duration longest_look_up = std::chrono::seconds{10};
constexpr double never_refreshed_before = 0.45;  // of what was granted

class RestartFinder {
  public:
    explicit RestartFinder(const timeline::Timeline& events) : events_(events) {}

    std::vector<Restart> run() {
        for (std::size_t i = 0; i < events_.size(); ++i) {
            const auto& event = events_[i];
            if (is_sent(event, "REGISTER")) {
                if (begins_anew(event) && is_forgotten(i)) found_.push_back(restart_at(i));
                call_ids_.insert(std::string(event.field("call_id")));
                tags_.insert(std::string(event.field("from_tag")));
                leaves_ = event.field("expires") == "0";
                asked_ = number(event.field("expires"));
                is_registered_ = false;
            } else if (is_answer(event, "REGISTER") && event.field("status") == "200") {
                const auto granted = number(event.field("expires"));
                good_until_ = granted != 0 ? granted : asked_;
                registered_at_ = event.at;
                is_registered_ = !leaves_;
            }
        }
        return std::move(found_);
    }

  private:
    bool begins_anew(const Event& event) const {
        return !call_ids_.empty() && !leaves_ && event.field("auth") == "none" &&
               event.field("send") == "1" &&
               !call_ids_.contains(std::string(event.field("call_id"))) &&
               !tags_.contains(std::string(event.field("from_tag")));
    }

    // Where the phone begins to look for its server.
    std::size_t beginning_of(std::size_t i) const {
        auto first = i;
        for (auto j = i; j-- > 0 && events_[i].at - events_[j].at < longest_look_up;) {
            const auto& kind = events_[j].kind;
            if (kind.starts_with("sip.") || kind.starts_with("keepalive.")) break;
            first = j;
        }
        return first;
    }

    // It had been quiet, and speaks in nothing of before any more.
    bool is_forgotten(std::size_t i) const {
        const auto first = beginning_of(i);
        std::set<std::string_view> before;
        Instant last{};
        for (std::size_t j = 0; j < first; ++j) {
            if (events_[j].kind == "sip.request") before.insert(events_[j].field("call_id"));
            if (events_[j].direction == Direction::out) last = events_[j].at;
        }
        if (events_[first].at - last < shortest_boot) return false;
        return std::none_of(events_.begin() + static_cast<std::ptrdiff_t>(i), events_.end(),
                            [&](const Event& event) {
                                return event.kind == "sip.request" &&
                                       event.direction == Direction::out &&
                                       before.contains(event.field("call_id"));
                            });
    }

    Restart restart_at(std::size_t i) const {
        const auto first = beginning_of(i);
        const auto& begin = events_[first];
        const std::chrono::duration<double> since = begin.at - registered_at_;
        const bool early = is_registered_ && since.count() < never_refreshed_before * good_until_;
        return {begin.at, begin.frame, early && asks_for_what_it_knew(first, i)};
    }

    bool asks_for_what_it_knew(std::size_t first, std::size_t last) const {
        for (auto j = first; j < last; ++j) {
            const auto& query = events_[j];
            if (query.kind != "dns.query" || query.direction != Direction::out) continue;
            for (std::size_t k = 0; k < first; ++k) {
                const auto& answer = events_[k];
                if (answer.kind == "dns.response" && answer.direction == Direction::in &&
                    answer.field("name") == query.field("name") &&
                    answer.field("type") == query.field("type") &&
                    answer.at + std::chrono::seconds{number(answer.field("ttl"))} > query.at)
                    return true;
            }
        }
        return false;
    }

    const timeline::Timeline& events_;
    std::vector<Restart> found_;
    std::set<std::string> call_ids_, tags_;
    bool leaves_ = false, is_registered_ = false;
    std::uint32_t asked_ = 0, good_until_ = 0;
    Instant registered_at_{};
};

}  // namespace

std::vector<Restart> restarts_of(const Phone& phone) { return RestartFinder(phone.events).run(); }

std::vector<Phone> lives_of(const Phone& phone, const std::vector<Restart>& restarts) {
    std::vector<Phone> lives;
    auto from = phone.events.begin();
    for (std::size_t i = 0; i <= restarts.size(); ++i) {
        const auto to = i == restarts.size()
                            ? phone.events.end()
                            : std::find_if(from, phone.events.end(), [&](const Event& event) {
                                  return event.at >= restarts[i].at;
                              });
        auto life = phone;
        life.events.assign(from, to);
        if (i > 0) life.restarted = restarts[i - 1].frame;
        if (i < restarts.size() && !life.events.empty()) life.until = life.events.back().at;
        lives.push_back(std::move(life));
        from = to;
    }
    return lives;
}

}  // namespace twinline::field
