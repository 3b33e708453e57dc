// Which clause a divergence breaks. The reference's own reason is one witness; the other is the
// library of known defects, each played in the same surroundings: one that does all that was seen
// names what is wrong. Where the witnesses do not agree, no clause is named.
#pragma once

#include "rig/field/explain.hh"

namespace twinline::field {

// `best`: how far the reference goes along with the phone at most, under `readings`.
// `defects`: where the known ones are played; once it is spent no clause is named.
// `wanted`: the clause that a person takes where several fit; empty: none.
Divergence named(const Explanation& told, const Rehearsed& best, const shadow::Readings& readings,
                 const Rehearsals& defects, const scenario::Catalogue& catalogue,
                 const std::string& wanted);

}  // namespace twinline::field
