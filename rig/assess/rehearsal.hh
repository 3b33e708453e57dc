// One scenario played over and over in virtual time: by the reference under one set of answers
// after the other, or by one mutant after the other. No twin stands beside them, for the
// surroundings are the scenario's own.
#pragma once

#include "rig/assess/assess.hh"

namespace twinline::assess {

class Rehearsal {
  public:
    // Both must outlive it. Throws scenario::BadInput when the configuration cannot be used.
    Rehearsal(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
              std::uint64_t seed);

    // The reference under these answers, and the defaults for the others.
    Judged reference(const shadow::Readings& given, judge::Strictness strictness) const;
    // A mutant against the reference, both under the defaults.
    judge::Assessment mutant(const mutants::Defect& defect, std::string name,
                             judge::Strictness strictness) const;
    // A mutant with the answers that explain it; its findings are those of the best.
    judge::Assessment explained(const mutants::Defect& defect) const;

  private:
    judge::Assessment judged(std::string name, const timeline::Timeline& observed,
                             const timeline::Timeline& expected, const shadow::Readings& readings,
                             judge::Strictness strictness) const;

    const scenario::Catalogue& catalogue_;
    shadow::Scene scene_;
    std::uint64_t seed_;
    shadow::Readings usual_;
    mutable timeline::Timeline expected_;  // of the reference under the defaults, once wanted
};

}  // namespace twinline::assess
