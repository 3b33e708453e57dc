// Depth first: each run tells what was asked; the first question without a fixed answer is forked.
#include "rig/assess/every_reading.hh"

#include <stdexcept>

namespace twinline::assess {

std::vector<Combination> under_every_reading(const scenario::Scenario& scenario,
                                             const scenario::Catalogue& catalogue,
                                             const phone::Rules& rules,
                                             const std::string& device_name,
                                             judge::Strictness strictness, std::uint64_t seed,
                                             std::size_t most) {
    std::vector<Combination> found;
    std::vector<std::map<std::string, std::string, std::less<>>> open{{}};
    while (!open.empty()) {
        const auto fixed = std::move(open.back());
        open.pop_back();
        auto judged = simulate(scenario, catalogue, rules, device_name, strictness, seed, fixed);
        const scenario::Reading* fork = nullptr;
        for (const auto& [id, value] : judged.assessment.readings) {
            const auto known = catalogue.readings.find(id);
            if (fixed.contains(id) || known == catalogue.readings.end()) continue;
            fork = &known->second;
            break;
        }
        if (fork == nullptr) {
            if (found.size() == most)
                throw std::length_error(scenario.id + ": more than " + std::to_string(most) +
                                        " combinations of readings");
            auto asked = judged.assessment.readings;
            found.push_back({std::move(asked), std::move(judged.assessment)});
            continue;
        }
        for (const auto& value : fork->values) {
            auto next = fixed;
            next.emplace(fork->id, value.value);
            open.push_back(std::move(next));
        }
    }
    return found;
}

}  // namespace twinline::assess
