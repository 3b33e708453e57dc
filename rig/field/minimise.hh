// Delta debugging in virtual time: a scenario becomes the smallest that still shows what it shows.
#pragma once

#include "rig/field/showing.hh"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace twinline::field {

scenario::Scenario minimised(const scenario::Scenario& scenario, const Showing& showing);

// What nothing names any more is left out: events, zones.
void prune(scenario::Scenario& scenario);

// Some of `items` that still pass, of which no single one can be spared: whole stretches are tried
// before their halves (Zeller and Hildebrandt's ddmin, by complements).
template <typename Item>
std::vector<Item> fewest(std::vector<Item> items,
                         const std::function<bool(const std::vector<Item>&)>& passes) {
    for (auto stretch = items.size(); stretch > 0;) {
        bool spared = false;
        for (std::size_t at = 0; at < items.size();) {
            auto less = items;
            const auto begin = less.begin() + static_cast<std::ptrdiff_t>(at);
            less.erase(begin,
                       begin + static_cast<std::ptrdiff_t>(std::min(stretch, items.size() - at)));
            if (passes(less)) {
                items = std::move(less);
                spared = true;
            } else {
                at += stretch;
            }
        }
        if (!spared || stretch > 1) stretch /= 2;
        stretch = std::min(stretch, items.size());
    }
    return items;
}

}  // namespace twinline::field
