// The reference, or a phone with one known defect, played in the surroundings of the field phone
// under one set of answers to the open questions, and led along by the choices that the field phone
// made.
#pragma once

#include "rig/assess/reading_forks.hh"
#include "rig/field/budget.hh"
#include "rig/field/stage.hh"
#include "rig/field/walk.hh"

#include <cstdint>

namespace twinline::field {

struct Rehearsed {
    Walked walked;
    timeline::Timeline expected;
    shadow::Choices choices;
    std::uint64_t seed = 1;
    std::vector<assess::Asked> asked;
    bool drew_servers = false;  // chance had a hand in whom it asked
};

class Rehearsals {
  public:
    // All must outlive it.
    Rehearsals(const Stage& stage, const Environment& met, const Phone& phone,
               const Budget& budget);

    // Plays until the phone's choices are adopted as far as the two go along. `begin` is what an
    // earlier one had adopted.
    Rehearsed play(const mutants::Defect& defect, const shadow::Readings& readings,
                   const Rehearsed* begin = nullptr) const;

    // Again with other draws where chance has a hand in whom the reference asks: the best of them.
    Rehearsed draw(const mutants::Defect& defect, const shadow::Readings& readings,
                   Rehearsed first) const;

    std::size_t played() const { return spending_.worlds(); }
    // Nothing more is adopted or drawn then, and whoever searches is to end it.
    bool is_spent() const { return spending_.is_over(); }

  private:
    Walked walked(const timeline::Timeline& expected, Choices choices) const;
    Rehearsed once(const mutants::Defect& defect, const shadow::Readings& readings,
                   std::uint64_t seed, shadow::Choices choices) const;

    const Stage& stage_;
    const Environment& met_;
    Questions questions_;
    judge::Story seen_;
    mutable Spending spending_;
};

bool falls_behind(const Walked& walked, const Walked& other);
// At one point and in one way: whatever the two differ in has not come to bear by then, and what
// did not help the one does not help the other.
bool parts_alike(const Walked& a, const Walked& b);
// Whether the first goes along with the phone further than the second.
bool goes_further(const Walked& a, const Walked& b);

}  // namespace twinline::field
