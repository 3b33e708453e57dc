// Matching events against patterns, one at a time, so that a growing timeline and a finished one
// give the same answer.
#include "rig/scenario/matcher.hh"

#include <algorithm>
#include <cctype>
#include <utility>

namespace twinline::scenario {

namespace {

// Domain names are equal without regard to case and with or without the final dot (RFC 1034 3.1);
// phones may mix the case on purpose.
bool same_name(std::string_view a, std::string_view b) {
    if (a.ends_with('.')) a.remove_suffix(1);
    if (b.ends_with('.')) b.remove_suffix(1);
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

// Option tags in any order, others among them (RFC 3261 section 20.37); their case does not count.
bool has_tags(std::string_view value, std::string_view wanted) {
    const auto next = [](std::string_view& list) {
        list.remove_prefix(std::min(list.find_first_not_of(", "), list.size()));
        const auto tag = list.substr(0, list.find_first_of(", "));
        list.remove_prefix(tag.size());
        return tag;
    };
    while (true) {
        const auto tag = next(wanted);
        if (tag.empty()) return true;
        auto rest = value;
        auto has = next(rest);
        while (!has.empty() && !same_name(has, tag)) has = next(rest);
        if (has.empty()) return false;
    }
}

bool field_matches(std::string_view name, std::string_view wanted, const timeline::Event& event) {
    auto found = event.fields.find(name);
    if (found == event.fields.end()) return false;
    std::string_view value = found->second;
    if (wanted == "*") return true;
    if (name == "status" && wanted.ends_with("xx")) {
        return value.size() == 3 && value.front() == wanted.front();
    }
    if (name == "name" && event.kind.starts_with("dns.")) return same_name(value, wanted);
    if (name == "supported" || name == "require") return has_tags(value, wanted);
    // Each phone has words of its own for what it shows.
    if (event.kind == "rig.error-message") return value.find(wanted) != value.npos;
    return value == wanted;
}

}  // namespace

bool matches(const Pattern& pattern, const timeline::Event& event) {
    if (!pattern.kind.empty() && pattern.kind != event.kind) return false;
    if (!pattern.peer.empty() && pattern.peer != event.peer) return false;
    if (pattern.direction != timeline::Direction::none && pattern.direction != event.direction) {
        return false;
    }
    return std::all_of(pattern.fields.begin(), pattern.fields.end(), [&](const auto& field) {
        return field_matches(field.first, field.second, event);
    });
}

Matcher::Matcher(const Scenario& scenario, std::string subject)
    : scenario_(&scenario), subject_(std::move(subject)) {}

void Matcher::feed(const timeline::Event& event) {
    if (event.subject != subject_) return;
    // All names are decided before any is set: an event does not come after itself.
    std::vector<std::string_view> found;
    for (const auto& [name, pattern] : scenario_->events) {
        if (instants_.contains(name) || !matches(pattern, event)) continue;
        if (!pattern.after.empty()) {
            std::optional<timeline::Instant> former = at(pattern.after);
            if (!former || event.at < *former) continue;
        }
        if (++seen_[name] >= pattern.nth) found.push_back(name);
    }
    for (std::string_view name : found) {
        instants_.emplace(name, event.at);
        events_.emplace(name, event);
    }
}

void Matcher::tell(std::string_view name, timeline::Instant at) { instants_.emplace(name, at); }

std::optional<timeline::Instant> Matcher::at(std::string_view name) const {
    auto found = instants_.find(name);
    if (found == instants_.end()) return std::nullopt;
    return found->second;
}

std::optional<timeline::Event> Matcher::event(std::string_view name) const {
    auto found = events_.find(name);
    if (found == events_.end()) return std::nullopt;
    return found->second;
}

std::optional<timeline::Instant> Matcher::due(const Trigger& trigger) const {
    std::optional<timeline::Instant> base = at(trigger.event);
    if (!base) return std::nullopt;
    return *base + trigger.offset;
}

}  // namespace twinline::scenario
