// The scenarios of the catalogue as the shadow plays them, and words to look at what came of it.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/shadow/play.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::test {

using namespace std::chrono_literals;

const scenario::Catalogue& catalogue();  // of fixtures/, read once
const scenario::Scenario& boot();
const scenario::Scenario& failover();

// Both subjects are documented references.
timeline::Timeline play_both(const scenario::Scenario& scenario, std::uint64_t seed = 1);

using Events = std::vector<const timeline::Event*>;
Events of_kind(const timeline::Timeline& timeline, std::string_view subject, std::string_view kind);
Events sent_to(const timeline::Timeline& timeline, std::string_view subject, std::string_view peer);
std::string text_of(const timeline::Timeline& timeline);  // JSON Lines
std::string ladder_of(const timeline::Timeline& timeline, std::string_view subject);

}  // namespace twinline::test
