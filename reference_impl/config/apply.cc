// Checks assignments against a table of parameters and stores what is permitted.
#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/near_miss.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace twinline::config {

namespace {

struct Match {
    const Parameter* parameter = nullptr;
    unsigned index = 0;
};

// "account.X.port" with 7 for X; a number with a leading zero is no index.
std::optional<unsigned> index_of(const Parameter& parameter, std::string_view key) {
    if (parameter.indices.high == 0)
        return key == parameter.name ? std::optional(0U) : std::nullopt;
    const std::string_view name = parameter.name;
    const auto x = name.find('X');
    const auto tail = name.substr(x + 1);
    if (!key.starts_with(name.substr(0, x)) || !key.ends_with(tail)) return std::nullopt;
    if (key.size() <= x + tail.size() || key[x] == '0') return std::nullopt;
    return wire::parse_number(key.substr(x, key.size() - x - tail.size()));
}

Match find(const std::vector<Parameter>& table, std::string_view key) {
    for (const auto& parameter : table) {
        if (const auto index = index_of(parameter, key)) return {&parameter, *index};
    }
    return {};
}

class Application {
  public:
    Application(const std::vector<Parameter>& table, std::string_view file, Loaded& loaded)
        : table_(table), file_(file), loaded_(loaded) {}

    Draft run(const std::vector<Assignment>& assignments);

  private:
    void unknown(const Assignment& assignment);
    void check(const Assignment& assignment, const Match& match);
    Notice notice(unsigned line, std::string text) const { return {file_, line, std::move(text)}; }

    const std::vector<Parameter>& table_;
    std::string file_;
    Loaded& loaded_;
};

void Application::unknown(const Assignment& assignment) {
    const auto meant = near_miss(table_, assignment.key);
    if (meant.empty()) {
        loaded_.ignored.push_back(assignment.key);
    } else {
        loaded_.warnings.push_back(notice(
            assignment.line, fmt::format("{}: unknown, is {} meant?", assignment.key, meant)));
    }
}

// Values that a later one replaces are checked too: all errors of a file come back at once.
void Application::check(const Assignment& assignment, const Match& match) {
    const auto& [low, high] = match.parameter->indices;
    if (match.index < low || match.index > high) {
        loaded_.errors.push_back(
            notice(assignment.line,
                   fmt::format("{}: permitted are {} to {}", assignment.key,
                               match.parameter->name_with(low), match.parameter->name_with(high))));
        return;
    }
    Draft scratch;
    if (assignment.value.empty() || match.parameter->set(scratch, match.index, assignment.value)) {
        return;
    }
    const auto shown = match.parameter->secret ? std::string("***") : assignment.value;
    loaded_.errors.push_back(
        notice(assignment.line, fmt::format("{} = {}: permitted is {}", assignment.key, shown,
                                            match.parameter->permitted)));
}

Draft Application::run(const std::vector<Assignment>& assignments) {
    std::map<std::string_view, const Assignment*> effective;
    std::map<std::string_view, unsigned> first_lines;
    for (const auto& assignment : assignments) {
        const auto match = find(table_, assignment.key);
        if (!match.parameter) {
            unknown(assignment);
            continue;
        }
        check(assignment, match);
        first_lines.emplace(assignment.key, assignment.line);
        auto& slot = effective[assignment.key];
        if (slot) {
            loaded_.warnings.push_back(
                notice(assignment.line, fmt::format("{} is also set in line {}; line {} counts",
                                                    assignment.key, slot->line, assignment.line)));
        }
        slot = &assignment;
    }

    Draft draft;
    for (const auto& [key, assignment] : effective) {
        if (assignment->value.empty()) continue;
        const auto match = find(table_, key);
        draft.given.emplace(key, first_lines.at(key));
        const auto& [low, high] = match.parameter->indices;
        const bool in_range = match.index >= low && match.index <= high;
        if (in_range) match.parameter->set(draft, match.index, assignment->value);
    }
    return draft;
}

}  // namespace

Draft apply(const std::vector<Parameter>& table, std::string_view file,
            const std::vector<Assignment>& assignments, Loaded& loaded) {
    return Application(table, file, loaded).run(assignments);
}

}  // namespace twinline::config
