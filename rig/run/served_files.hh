// What a configuration server says of a download over TLS, as events of the timeline: evidence of
// the rig, since the wire does not tell. Each says so in its field `evidence`.
#pragma once

#include "rig/run/rig_log.hh"
#include "rig/scenario/scenario.hh"
#include "rig/testbed/config_server.hh"

namespace twinline::run {

timeline::Timeline events_of(const scenario::Topology& topology, const scenario::Host& host,
                             const testbed::Served& served, const RunClock& clock);

}  // namespace twinline::run
