// One guess after the other, the best of each round kept: what a second one adds shows only once
// the first is there.
#include "rig/field/completion.hh"

#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

namespace twinline::field {

namespace {

struct Better {
    Settings settings;
    Walked reached;
    Parameters by;
};

std::optional<Settings> settings_with(const Settings& inferred, const Parameters& more) {
    auto parameters = with(inferred.parameters, more);
    if (parameters == inferred.parameters) return std::nullopt;
    try {
        return completed(inferred, std::move(parameters));
    } catch (const scenario::BadInput&) {  // not permitted
        return std::nullopt;
    }
}

std::string words(const Parameters& parameters) {
    std::vector<std::string> all;
    for (const auto& [name, value] : parameters) all.push_back(name + " = " + value);
    return fmt::format("{}", fmt::join(all, ", "));
}

}  // namespace

Settings completed_by_trying(Settings inferred, const Phone& phone, Walked reached,
                             std::size_t most_plays, const Trying& trying) {
    std::size_t plays = 0;
    while (!reached.is_clean()) {
        std::optional<Better> best;
        for (const auto& guess : guesses(phone, inferred.vendor, inferred.parameters)) {
            if (plays >= most_plays) break;
            auto settings = settings_with(inferred, guess);
            if (!settings) continue;
            ++plays;
            auto walked = trying(*settings);
            if (!walked || !goes_further(*walked, best ? best->reached : reached)) continue;
            best = Better{std::move(*settings), std::move(*walked), guess};
            if (best->reached.is_clean()) break;
        }
        if (!best) break;
        inferred = std::move(best->settings);
        reached = std::move(best->reached);
        inferred.notes.push_back("it behaves as if it had been told " + words(best->by));
    }
    return inferred;
}

}  // namespace twinline::field
