// Checks assignments against a table of parameters and stores what is permitted.
#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/near_miss.hh"

#include <fmt/format.h>

#include <map>

namespace twinline::config {

namespace {

struct Match {
    const Parameter* parameter = nullptr;
    Index index;
};

Match find(const std::vector<Parameter>& table, std::string_view key) {
    for (const auto& parameter : table) {
        if (const auto index = parameter.index_in(key)) return {&parameter, *index};
    }
    return {};
}

// What counts for one parameter so far.
struct Slot {
    const Assignment* assignment = nullptr;
    Match match;
    unsigned first_line = 0;
    bool alias = false;
};

class Application {
  public:
    Application(const std::vector<Parameter>& table, std::string_view file, Loaded& loaded)
        : table_(table), file_(file), loaded_(loaded) {}

    Draft run(const std::vector<Assignment>& assignments);

  private:
    void take(const Assignment& assignment);
    void unknown(const Assignment& assignment);
    bool applies(const Assignment& assignment, const Match& match);
    void check(const Assignment& assignment, const Match& match);
    void settle(Slot& slot, const Slot& next, const std::string& key);
    void store(Draft& draft, const std::string& key, const Slot& slot);
    void warn(unsigned line, std::string text) {
        loaded_.warnings.push_back({file_, line, std::move(text)});
    }
    void error(unsigned line, std::string text) {
        loaded_.errors.push_back({file_, line, std::move(text)});
    }

    const std::vector<Parameter>& table_;
    std::string file_;
    Loaded& loaded_;
    std::map<std::string, Slot, std::less<>> effective_;  // by documented name
};

void Application::unknown(const Assignment& assignment) {
    const auto meant = near_miss(table_, assignment.key);
    if (meant.empty()) {
        loaded_.ignored.push_back(assignment.key);
    } else {
        warn(assignment.line, fmt::format("{}: unknown, is {} meant?", assignment.key, meant));
    }
}

// What the phone does not know it ignores, and so does the reference, whatever the value is.
bool Application::applies(const Assignment& assignment, const Match& match) {
    const auto& parameter = *match.parameter;
    const bool within = match.index.within(parameter.indices);
    const auto reason = within ? parameter.inapplicable : parameter.index_limit;
    if (!reason.empty())
        warn(assignment.line, fmt::format("{}: ignored, {}", assignment.key, reason));
    return reason.empty();
}

// Values that a later one replaces are checked too: all errors of a file come back at once.
void Application::check(const Assignment& assignment, const Match& match) {
    const auto& parameter = *match.parameter;
    const auto& indices = parameter.indices;
    if (!match.index.within(indices)) {
        error(assignment.line, fmt::format("{}: permitted are {} to {}", assignment.key,
                                           parameter.name_with({indices.low, indices.low_y}),
                                           parameter.name_with({indices.high, indices.high_y})));
        return;
    }
    Draft scratch;
    if (assignment.value.empty() || parameter.set(scratch, match.index, assignment.value)) return;
    const auto shown = parameter.secret ? std::string("***") : assignment.value;
    error(assignment.line,
          fmt::format("{} = {}: permitted is {}", assignment.key, shown, parameter.permitted));
}

// Of two equal names the later counts, of two different ones the documented.
void Application::settle(Slot& slot, const Slot& next, const std::string& key) {
    if (!slot.assignment) {
        slot = next;
        return;
    }
    const auto former = slot;
    const auto first_line = former.first_line;
    if (former.alias == next.alias) {
        warn(next.assignment->line, fmt::format("{} is also set in line {}; line {} counts", key,
                                                former.assignment->line, next.assignment->line));
        slot = next;
    } else {
        const auto& counts = former.alias ? next : former;
        const auto& other = former.alias ? former : next;
        warn(other.assignment->line,
             fmt::format("{} does not count: {} is set in line {}", other.assignment->key, key,
                         counts.assignment->line));
        slot = counts;
    }
    slot.first_line = first_line;
}

void Application::take(const Assignment& assignment) {
    auto match = find(table_, assignment.key);
    if (!match.parameter) {
        unknown(assignment);
        return;
    }
    const auto key = match.parameter->documented_with(match.index);
    const bool is_alias = !match.parameter->documented.empty();
    if (is_alias) match = find(table_, key);
    if (!applies(assignment, match)) return;
    if (is_alias) {
        warn(assignment.line,
             fmt::format("{}: not a documented name, taken as {}", assignment.key, key));
    }
    check(assignment, match);
    settle(effective_[key], {&assignment, match, assignment.line, is_alias}, key);
}

void Application::store(Draft& draft, const std::string& key, const Slot& slot) {
    const auto& [line, written, value] = *slot.assignment;
    const auto& parameter = *slot.match.parameter;
    if (value.empty()) return;
    draft.given.emplace(key, slot.first_line);
    if (!slot.match.index.within(parameter.indices)) return;
    if (!parameter.set(draft, slot.match.index, value) || !parameter.clamp) return;
    if (const auto taken = parameter.clamp(value); !taken.empty())
        warn(line, fmt::format("{} = {}: {}", written, value, taken));
}

Draft Application::run(const std::vector<Assignment>& assignments) {
    for (const auto& assignment : assignments) take(assignment);
    Draft draft;
    for (const auto& [key, slot] : effective_) store(draft, key, slot);
    return draft;
}

}  // namespace

Draft apply(const std::vector<Parameter>& table, std::string_view file,
            const std::vector<Assignment>& assignments, Loaded& loaded) {
    return Application(table, file, loaded).run(assignments);
}

}  // namespace twinline::config
