// Breadth first over the number of answers that differ from the defaults.
#include "rig/assess/reading_forks.hh"

namespace twinline::assess {

std::optional<shadow::Readings> ReadingForks::next() {
    if (open_.empty()) return std::nullopt;
    fixed_ = std::move(open_.front());
    open_.pop_front();
    auto answers = fixed_;
    for (const auto& [id, reading] : known_) answers.emplace(id, reading.fallback);
    return answers;
}

void ReadingForks::ran(const std::vector<std::string>& asked) {
    auto held = fixed_;
    for (const auto& id : asked) {
        const auto found = known_.find(id);
        if (found == known_.end() || held.contains(id)) continue;
        const auto& reading = found->second;
        for (const auto& answer : reading.values) {
            if (answer.value == reading.fallback) continue;
            auto& fork = open_.emplace_back(held);
            fork.emplace(id, answer.value);
        }
        held.emplace(id, reading.fallback);
    }
}

std::vector<std::string> asked_by(const timeline::Timeline& played, std::string_view subject) {
    std::vector<std::string> ids;
    for (const auto& event : played)
        if (event.kind == "rig.reading" && event.subject == subject)
            ids.emplace_back(event.field("id"));
    return ids;
}

}  // namespace twinline::assess
