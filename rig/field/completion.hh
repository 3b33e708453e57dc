// The parameters of a configuration that nobody gave, looked for by playing: those under which the
// reference does what the phone did.
#pragma once

#include "rig/field/rehearse.hh"
#include "rig/field/settings.hh"

#include <functional>

namespace twinline::field {

// Plays the reference with these settings; by the clock of the capture. None: it cannot be played.
using Trying = std::function<std::optional<Walked>(const Settings&)>;

// `inferred`, with what leads the reference, which goes as far as `reached`, further along; each
// that does is noted. Costs at most so many plays.
Settings completed_by_trying(Settings inferred, const Phone& phone, Walked reached,
                             std::size_t most_plays, const Trying& trying);

}  // namespace twinline::field
