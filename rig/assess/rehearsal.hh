// One scenario played over and over in virtual time: by the reference under one set of answers
// after the other, or by one mutant after the other. No twin stands beside them, for the
// surroundings are the scenario's own.
#pragma once

#include "rig/assess/assess.hh"
#include "rig/assess/led_along.hh"

namespace twinline::assess {

class Rehearsal {
  public:
    // Both must outlive it. Throws scenario::BadInput when the configuration cannot be used.
    Rehearsal(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
              std::uint64_t seed);

    // What the reference does under these answers, and the defaults for the others.
    struct Played {
        timeline::Timeline observed;
        std::vector<Asked> asked;  // by the reference itself
    };
    Played play(const shadow::Readings& given) const { return play(scene_, given); }
    // And what the judge says of it.
    judge::Assessment judged(const Played& played, const shadow::Readings& given,
                             judge::Strictness strictness) const;
    // Both at once.
    judge::Assessment reference(const shadow::Readings& given, judge::Strictness strictness) const;
    // The same in a network in which packets are on their way for longer now and then, and SRV and
    // NAPTR records come in any order.
    judge::Assessment disturbed(const shadow::Readings& given, judge::Strictness strictness) const;
    // A mutant against the reference, both under the defaults.
    judge::Assessment mutant(const mutants::Defect& defect, std::string name,
                             judge::Strictness strictness) const;
    // A mutant with the answers that explain it; its findings are those of the best.
    judge::Assessment explained(const mutants::Defect& defect) const;

  private:
    timeline::Timeline play_with(const shadow::Choices& choices,
                                 const shadow::Readings& readings) const;
    // What the reference does in the place of the phone that was observed.
    LedCourse beside(const timeline::Timeline& observed, const shadow::Readings& readings) const;
    Played play(const shadow::Scene& scene, const shadow::Readings& given) const;
    judge::Assessment judged(std::string name, const timeline::Timeline& observed,
                             const timeline::Timeline& expected, timeline::Instant led_until,
                             const shadow::Readings& readings, judge::Strictness strictness) const;

    const scenario::Catalogue& catalogue_;
    shadow::Scene scene_;
    std::uint64_t seed_;
    shadow::Readings usual_;
    mutable timeline::Timeline usual_course_;  // of the reference under them, once wanted
};

}  // namespace twinline::assess
