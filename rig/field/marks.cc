// The clocks are apart by what brings the most of the log's marks to where the capture shows the
// same. A phone that registers at a steady pace may fit several times over, which is said.
#include "rig/field/marks.hh"

#include "rig/field/text.hh"
#include "rig/judge/wording.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Duration;
using timeline::Event;
using timeline::Instant;

// RFC 3164 tells whole seconds, and a phone writes when it comes to it.
constexpr Duration near = std::chrono::milliseconds{1500};
constexpr std::size_t most_compared = 400;  // of each kind, in a log of months

bool has_any(const std::string& text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

using Instants = std::map<MarkKind, std::vector<Instant>>;

// What the capture shows of the same.
Instants shown(const Phone& phone) {
    Instants found;
    std::string server;
    for (const auto& event : phone.events) {
        if (event.field("method") != "REGISTER") continue;
        if (event.kind == "sip.request" && event.direction == Direction::out) {
            if (!server.empty() && event.peer != server)
                found[MarkKind::failover].push_back(event.at);
            server = event.peer;
        } else if (event.kind == "sip.response" && event.direction == Direction::in) {
            const auto status = number(event.field("status"));
            if (status == 200)
                found[MarkKind::registered].push_back(event.at);
            else if (status >= 300 && status != 401 && status != 407 && status != 423)
                found[MarkKind::failed].push_back(event.at);
        }
    }
    return found;
}

Instants written(const std::vector<Mark>& marks) {
    Instants found;
    for (const auto& mark : marks) found[mark.kind].push_back(mark.at);
    return found;
}

struct Fit {
    Duration ahead{};
    std::size_t matched = 0;
    Duration apart{};  // in all
};

// Each instant of the capture stands for one mark at most.
Fit fit(const Instants& log, const Instants& capture, Duration ahead) {
    Fit result{ahead, 0, {}};
    for (const auto& [kind, marks] : log) {
        const auto known = capture.find(kind);
        if (known == capture.end()) continue;
        auto event = known->second.begin();
        for (const auto mark : marks) {
            event = std::find_if(event, known->second.end(),
                                 [&](Instant at) { return at >= mark + ahead - near; });
            if (event == known->second.end()) break;
            if (*event > mark + ahead + near) continue;
            ++result.matched;
            result.apart += std::chrono::abs(*event++ - mark - ahead);
        }
    }
    return result;
}

std::vector<Fit> fits(const Instants& log, const Instants& capture) {
    std::set<Duration> candidates;
    for (const auto& [kind, marks] : log) {
        const auto known = capture.find(kind);
        if (known == capture.end()) continue;
        const auto few = std::min<std::size_t>(marks.size(), 20);
        for (std::size_t i = 0; i < few; ++i)
            for (const auto at : known->second) candidates.insert(at - marks[i]);
    }
    std::vector<Fit> all;
    for (const auto ahead : candidates) all.push_back(fit(log, capture, ahead));
    std::ranges::stable_sort(all, [](const Fit& a, const Fit& b) {
        return a.matched != b.matched ? a.matched > b.matched : a.apart < b.apart;
    });
    return all;
}

void shorten(Instants& all) {
    for (auto& [kind, list] : all)
        if (list.size() > most_compared) list.resize(most_compared);
}

void say_how_sure(const std::vector<Fit>& all, Marks& result) {
    const auto& best = all.front();
    result.notes.push_back(fmt::format(
        "the phone's log fits where {} of its {} lines on registrations fall on what the capture "
        "shows of them",
        result.matched, result.comparable));
    if (result.matched == 1)
        result.notes.push_back(
            "by one line alone the clocks of log and capture cannot be told to fit: where its "
            "other lines stand is uncertain");
    const bool fits_again = std::ranges::any_of(all, [&](const Fit& other) {
        return other.matched == best.matched &&
               std::chrono::abs(other.ahead - best.ahead) > 2 * near;
    });
    if (fits_again && result.matched > 1)
        result.notes.push_back(
            "the phone registers at so steady a pace that its log fits the capture elsewhere too");
}

}  // namespace

std::string_view to_string(MarkKind kind) {
    switch (kind) {
        case MarkKind::registered:
            return "registered";
        case MarkKind::failed:
            return "registration failed";
        case MarkKind::failover:
            return "another server";
        case MarkKind::boot:
            break;
    }
    return "boot";
}

std::optional<MarkKind> meaning_of(std::string_view line) {
    const auto text = lower(line);
    if (has_any(text, {"reboot", "restarting", "booting", "boot up", "bootup", "cold start",
                       "warm start", "coldstart", "warmstart", "system start", "power on"}))
        return MarkKind::boot;
    if (has_any(text, {"failover", "fail over", "fail-over", "failback", "fail back", "fallback",
                       "switch to", "switching to", "switched to", "next server", "backup server",
                       "redundant server"}))
        return MarkKind::failover;
    if (!has_any(text, {"regist"}) ||
        has_any(text, {"unregist", "deregist", "registering", "register request"}))
        return std::nullopt;
    if (has_any(text, {"fail", "timeout", "timed out", "time out", "reject", "error", "refused",
                       "not registered", "unsuccessful", "no response"}))
        return MarkKind::failed;
    if (has_any(text, {"success", "succeed", "registered", " ok", "200", "complete"}))
        return MarkKind::registered;
    return std::nullopt;
}

Marks marks_of(const Syslog& log, const Phone& phone) {
    Marks result;
    for (const auto& line : log.lines)
        if (const auto kind = meaning_of(line.text))
            result.marks.push_back({*kind, line.at, line.number, line.text});
    auto in_log = written(result.marks), in_capture = shown(phone);
    for (const auto& mark : result.marks) result.comparable += mark.kind == MarkKind::boot ? 0 : 1;
    shorten(in_log);
    shorten(in_capture);
    const auto all = fits(in_log, in_capture);
    if (all.empty() || all.front().matched == 0) {
        result.marks.clear();
        result.notes.push_back(
            "nothing that the phone's log says of registrations is in the capture too: the clocks "
            "of the two cannot be compared");
        return result;
    }
    result.ahead = all.front().ahead;
    result.matched = all.front().matched;
    for (auto& mark : result.marks) mark.at += *result.ahead;
    say_how_sure(all, result);
    return result;
}

}  // namespace twinline::field
