// From a stored record, or from a run in virtual time, to an assessment: predictions are made here
// and handed to the judge as timelines.
#pragma once

#include "reference_impl/mutants/defect.hh"
#include "rig/assess/reading_forks.hh"
#include "rig/assess/record.hh"
#include "rig/judge/judge.hh"

#include <string>
#include <vector>

namespace twinline::assess {

struct Judged {
    judge::Assessment assessment;
    timeline::Timeline observed;
    std::vector<Asked> asked;  // what the prediction of the device asked, in order
};

Judged assess(const Record& record, judge::Strictness strictness);

// The scenario in virtual time under `readings` (the catalogue's defaults for the others), with
// a phone with this defect in the device's place and the reference as twin.
Judged simulate(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                const mutants::Defect* defect, std::string device_name,
                judge::Strictness strictness, std::uint64_t seed,
                const shadow::Readings& readings = {});

// The catalogue's default to every question that is not given.
shadow::Readings with_defaults(shadow::Readings given, const scenario::Catalogue& catalogue);

}  // namespace twinline::assess
