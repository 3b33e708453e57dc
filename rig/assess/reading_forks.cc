// Breadth first: the cases nearest to the defaults come first.
#include "rig/assess/reading_forks.hh"

#include <algorithm>

namespace twinline::assess {

namespace {

// The default where it is possible: so a case keeps its answer while it is narrowed.
const std::string& chosen(const std::set<std::string, std::less<>>& possible,
                          const scenario::Reading& reading) {
    return possible.contains(reading.fallback) ? reading.fallback : *possible.begin();
}

}  // namespace

std::optional<shadow::Readings> ReadingForks::next() {
    if (open_.empty()) return std::nullopt;
    running_ = std::move(open_.front());
    open_.pop_front();
    shadow::Readings answers;
    for (const auto& [id, reading] : known_) {
        const auto narrowed = running_.find(id);
        answers.emplace(
            id, narrowed == running_.end() ? reading.fallback : chosen(narrowed->second, reading));
    }
    return answers;
}

ReadingForks::Answers& ReadingForks::answers(Case& some, const std::string& id) const {
    const auto [place, is_new] = some.try_emplace(id);
    if (is_new)
        for (const auto& value : known_.at(id).values) place->second.insert(value.value);
    return place->second;
}

judge::Case ReadingForks::ran(const std::vector<Asked>& asked) {
    auto held = running_;
    for (const auto& [id, among] : asked) {
        const auto reading = known_.find(id);
        if (reading == known_.end()) continue;
        auto& possible = answers(held, id);
        Answers yes, no;
        for (const auto& answer : possible) (among.contains(answer) ? yes : no).insert(answer);
        if (yes.empty() || no.empty()) continue;
        auto& taken = yes.contains(chosen(possible, reading->second)) ? yes : no;
        open_.emplace_back(held).at(id) = &taken == &yes ? no : yes;
        possible = std::move(taken);
    }
    return held;
}

std::vector<Asked> asked_by(const timeline::Timeline& played, std::string_view subject) {
    std::vector<Asked> all;
    for (const auto& event : played)
        if (event.kind == "rig.reading" && event.subject == subject)
            all.push_back({std::string(event.field("id")), {std::string(event.field("is"))}});
    return all;
}

std::vector<Asked> guards_of(const scenario::Scenario& scenario, const std::vector<Asked>& asked) {
    std::vector<Asked> guards;
    for (const auto& expectation : scenario.expectations)
        for (const auto& [id, values] : expectation.when)
            if (std::ranges::find(asked, id, &Asked::id) != asked.end())
                guards.push_back({id, {values.begin(), values.end()}});
    return guards;
}

std::vector<Asked> asked_by(const timeline::Timeline& played, std::string_view subject,
                            const scenario::Scenario& scenario) {
    auto all = asked_by(played, subject);
    const auto guards = guards_of(scenario, all);
    all.insert(all.end(), guards.begin(), guards.end());
    return all;
}

}  // namespace twinline::assess
