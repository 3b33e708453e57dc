// Times that contradict themselves (a window that closes before it opens, offsets out of order) are
// faults: no phone could meet them.
#include "rig/scenario/time_loader.hh"

#include <algorithm>
#include <functional>

namespace twinline::scenario {

namespace {

std::vector<Duration> read_durations(const YAML::Node& node, Faults& faults,
                                     std::string_view what) {
    std::vector<Duration> durations;
    for (const YAML::Node& item : read_items(node, faults, what)) {
        if (auto duration = read_duration(item, faults, what)) durations.push_back(*duration);
    }
    return durations;
}

}  // namespace

std::optional<Window> load_window(const YAML::Node& node, Faults& faults) {
    std::vector<Duration> ends = read_durations(node, faults, "within");
    if (ends.size() == 2 && ends[0] <= ends[1]) return Window{ends[0], ends[1]};
    if (node.IsSequence() && node.size() == ends.size()) {
        faults.add(node, "within is no window; allowed is [earliest, latest]");
    }
    return std::nullopt;
}

std::vector<Duration> load_offsets(const Map& map) {
    std::optional<YAML::Node> list = map.require("at");
    if (!list) return {};
    std::vector<Duration> offsets = read_durations(*list, map.faults(), "at");
    bool rising =
        !offsets.empty() && offsets.front() == Duration{} &&
        std::adjacent_find(offsets.begin(), offsets.end(), std::greater_equal<>()) == offsets.end();
    if (list->IsSequence() && list->size() == offsets.size() && !rising) {
        map.faults().add(*list, "at is no schedule; allowed are rising offsets from 0 s on");
    }
    return offsets;
}

Tolerance load_tolerance(const Map& map) {
    std::string text = map.text("tolerance");
    if (text.empty()) return {};
    tl::expected<Tolerance, std::string> tolerance = parse_tolerance(text);
    if (!tolerance) map.faults().add(*map.find("tolerance"), "tolerance " + tolerance.error());
    return tolerance.value_or(Tolerance{});
}

}  // namespace twinline::scenario
