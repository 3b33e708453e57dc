// What a breach weighs, by the level of the clause it breaks.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"

#include <string>

namespace twinline::judge {

inline scenario::Level level_of(const Clauses& clauses, std::string_view id) {
    const auto clause = clauses.find(id);
    return clause == clauses.end() ? scenario::Level::observed : clause->second.level;
}

inline Weight breach_of(scenario::Level level) {
    switch (level) {
        case scenario::Level::must:
            return Weight::fail;
        case scenario::Level::should:
            return Weight::deviation;
        case scenario::Level::observed:
            break;
    }
    return Weight::observation;
}

}  // namespace twinline::judge
