// The zones of the topologies, read by the server that serves them: their loader cannot, it knows
// no ldns.
#include "rig/dns/name_server.hh"
#include "rig/scenario/catalogue.hh"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace twinline::dns {
namespace {

TEST(Fixtures, EveryZoneCanBeServed) {
    unsigned zones = 0;
    std::filesystem::path folder = std::filesystem::path(TWINLINE_SOURCE) / "fixtures/topologies";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        scenario::Topology topology = scenario::load_topology(entry.path());
        EXPECT_NO_THROW(NameServer server(topology.zone)) << entry.path();
        ++zones;
    }
    EXPECT_GT(zones, 0U);
}

}  // namespace
}  // namespace twinline::dns
