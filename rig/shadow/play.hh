// Plays a scenario in virtual time: phones in the World, the steps of the scenario, the rig's
// probes; gives the same timeline that the lab would.
#pragma once

#include "probes/timeline/event.hh"
#include "reference_impl/config/phone_config.hh"
#include "reference_impl/mutants/defect.hh"
#include "rig/dns/name_server.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/scenario.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace twinline::shadow {

using Readings = std::map<std::string, std::string, std::less<>>;

// What a device was seen to choose where it is free: by what is chosen ("pause-ppm 1 at pbx.test":
// the id and whose it is), in its order.
using Choices = std::map<std::string, std::vector<std::uint64_t>, std::less<>>;

struct Part {
    std::string subject;       // "device", "twin"
    mutants::Defect defect{};  // a mutant's; the reference has none
    // Adopted as far as they go. Where there are any, even none, the timeline tells of every choice
    // that takes time or a server: rig.choice, with id, of (whose it is), value, low and high.
    std::optional<Choices> choices{};
};

// Hears of every frame as it crosses the phones' network, for those that keep it.
using Frames = std::function<void(const timeline::Frame&)>;

// A scenario with its configuration read, to be played many times. The scenario must outlive it.
struct Scene {
    const scenario::Scenario& scenario;
    config::PhoneConfig config;
    dns::Zones zones;
    // By how much longer a packet may be on its way than it usually is, drawn from the seed.
    wire::Duration jitter{};
};
// Throws scenario::BadInput when the scenario's configuration cannot be used.
Scene scene_of(const scenario::Scenario& scenario);

// Instant 0 is the start; every subject is powered on when the scenario says so.
timeline::Timeline play(const Scene& scene, const std::vector<Part>& parts, std::uint64_t seed,
                        const Readings& readings = {}, const Frames& frames = {});
timeline::Timeline play(const scenario::Scenario& scenario, const std::vector<Part>& parts,
                        std::uint64_t seed, const Readings& readings = {});

struct Configuration {
    config::PhoneConfig config;
    std::vector<scenario::Fault> warnings;  // on the scenario file's own lines
};

// The scenario's configuration, checked. Throws scenario::BadInput with the lines of the scenario
// file.
Configuration configuration_of(const scenario::Scenario& scenario);

}  // namespace twinline::shadow
