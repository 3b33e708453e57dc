// Bounds are read off the reference's own choices: what it drew, and from what.
#include "rig/field/pings.hh"

#include "rig/field/slack.hh"
#include "rig/field/text.hh"
#include "rig/judge/wording.hh"

#include <algorithm>
#include <map>
#include <string>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Duration;
using timeline::Event;
using timeline::Instant;

using Pings = std::map<std::string, std::vector<const Event*>, std::less<>>;  // by server

Pings pings_of(const judge::Story& story, Instant from) {
    Pings found;
    for (const auto* event : story.events())
        if (event->kind == "keepalive.ping" && event->direction == Direction::out &&
            event->at >= from && (event->field("send").empty() || event->field("send") == "1"))
            found[event->peer].push_back(event);
    return found;
}

struct Bounds {
    Duration least{}, most{};
};

// How long the reference might have waited from `before` to `ping`.
Bounds bounds(const Event& before, const Event& ping, const judge::Story& story) {
    const Duration gap = ping.at - before.at;
    const Event* drawn = nullptr;
    for (const auto* event : story.events()) {
        if (event->at >= ping.at) break;
        if (event->kind == "rig.choice" && event->at >= before.at &&
            event->field("id").starts_with("keep-alive"))
            drawn = event;
    }
    const double value = drawn == nullptr ? 0 : number(drawn->field("value"));
    if (value <= 0) return {gap, gap};
    const auto scaled = [&](std::string_view field) {
        return std::chrono::duration_cast<Duration>(gap * (number(drawn->field(field)) / value));
    };
    return {scaled("low"), scaled("high")};
}

std::string form_of(const Event& ping) {
    return ping.field("form") == "stun" ? "STUN" : "line ends";
}

class Comparison {
  public:
    Comparison(const Walkers& walkers, std::vector<Difference>& found)
        : walkers_(walkers), found_(found) {}

    void run() {
        const auto seen = pings_of(walkers_.seen, walkers_.visible_from);
        const auto expected = pings_of(walkers_.expected, walkers_.visible_from);
        for (const auto& [server, wanted] : expected) {
            const auto own = seen.find(server);
            if (own == seen.end())
                missing(server, wanted);
            else
                compare(server, own->second, wanted);
        }
        for (const auto& [server, own] : seen)
            if (!expected.contains(server) && is_answered(server)) beyond(server, *own.front());
    }

  private:
    void note(const Event& at, const Event& wanted, std::string did, std::string instead) {
        Difference difference;
        difference.at = at.at;
        difference.frame = at.frame;
        difference.clauses = wanted.clauses;
        difference.did = std::move(did);
        difference.wanted = std::move(instead);
        found_.push_back(std::move(difference));
    }

    bool is_answered(const std::string& server) const {
        return std::ranges::any_of(walkers_.seen.events(), [&](const Event* event) {
            return event->kind == "keepalive.pong" && event->peer == server;
        });
    }

    // No breach, and yet no defect explains a phone that does it if it would not do so.
    void beyond(const std::string& server, const Event& ping) {
        note(ping, ping, "kept its flow to " + server + " alive", "the reference does not");
        found_.back().is_edge = true;
    }

    // It may be a little late with the second, too.
    void missing(const std::string& server, const std::vector<const Event*>& wanted) {
        if (wanted.size() < 2) return;
        const auto most = bounds(*wanted[0], *wanted[1], walkers_.expected).most;
        if (wanted[0]->at + most + slack_of(most) >= walkers_.seen.end()) return;
        note(*wanted[0], *wanted[0], "sent no keep-alive to " + server,
             "the reference keeps the flow alive with " + form_of(*wanted[0]));
    }

    void compare(const std::string& server, const std::vector<const Event*>& seen,
                 const std::vector<const Event*>& wanted) {
        if (form_of(*seen[0]) != form_of(*wanted[0]))
            return note(*seen[0], *wanted[0],
                        "kept its flow to " + server + " alive with " + form_of(*seen[0]),
                        "the reference does with " + form_of(*wanted[0]));
        if (seen.size() < 2 || wanted.size() < 2) return;
        const auto [least, most] = bounds(*wanted[0], *wanted[1], walkers_.expected);
        for (std::size_t i = 1; i < std::min(seen.size(), wanted.size()); ++i) {
            const auto gap = seen[i]->at - seen[i - 1]->at;
            if (gap + slack_of(gap) >= least && gap <= most + slack_of(most)) continue;
            return note(*seen[i], *wanted[1],
                        "sent a keep-alive to " + server + " " + judge::seconds(gap) +
                            " after the one before",
                        "the reference waits " + judge::seconds(least) +
                            (most > least ? " to " + judge::seconds(most) : ""));
        }
    }

    const Walkers& walkers_;
    std::vector<Difference>& found_;
};

}  // namespace

void compare_pings(const Walkers& walkers, std::vector<Difference>& found) {
    Comparison(walkers, found).run();
}

}  // namespace twinline::field
