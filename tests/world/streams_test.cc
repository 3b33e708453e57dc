// Connections in virtual time: opened, used, refused, silent, and what DNS says over them.
#include "reference_impl/wire/dns_message.hh"
#include "rig/world/world.hh"
#include "tests/world/places.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using config::TransportChoice;
using scenario::Treatment;
using ::testing::ElementsAre;
using SegmentKind = world::Segment::Kind;

scenario::Topology streaming_topology(int addresses = 1) {
    scenario::Topology t;
    t.domain = "pbx.test";
    t.hosts = {{"primary", "192.0.2.11", scenario::HostRuns::kamailio},
               {"dns", "192.0.2.2", scenario::HostRuns::dns}};
    t.zone =
        "$ORIGIN pbx.test.\n$TTL 300\n@ IN SOA dns h 1 3600 600 86400 60\n@ IN NS dns\n"
        "dns IN A 192.0.2.2\n";
    for (int i = 0; i < addresses; ++i) t.zone += fmt::format("@ IN A 192.0.2.{}\n", 11 + i);
    t.users = {{"1001", "secret"}};
    return t;
}

struct Connected : ::testing::Test {
    phone::SeededOracle oracle{1};
    std::optional<world::World> world;
    std::vector<world::Packet> packets;
    std::string line, notice;

    void start(TransportChoice transport, std::uint16_t port, int addresses = 1) {
        config::Account account;
        account.user = "1001";
        account.password = "secret";
        account.servers = {{.host = "pbx.test", .port = port, .transport = transport}};
        config::PhoneConfig config;
        config.accounts = {account};
        config.dns_servers = {name_server};
        world.emplace(streaming_topology(addresses));
        world->on_packet([this](const world::Packet& p) { packets.push_back(p); });
        world->on_output([this](std::string_view, const phone::Output& output) {
            if (const auto* display = std::get_if<phone::Display>(&output)) {
                line = display->line_state;
                notice = display->notice;
            }
        });
        world->add_phone("device", device, config, {}, oracle);
    }
    void power_on(wire::Duration until) {
        world->input("device", phone::PowerOn{device});
        run_until(until);
    }
    void run_until(wire::Duration until) {
        bool over = false;
        world->schedule(wire::Instant(until), [&] { over = true; });
        while (!over && world->step()) {
        }
    }
    std::vector<SegmentKind> segments() const {
        std::vector<SegmentKind> kinds;
        for (const auto& packet : packets)
            if (packet.segment) kinds.push_back(packet.segment->kind);
        return kinds;
    }
};

TEST_F(Connected, RegisterAndAreChallengedOnOneConnection) {
    for (const auto& [transport, port] :
         {std::pair{TransportChoice::tcp, 5060}, {TransportChoice::tls, 5061}}) {
        packets.clear();
        start(transport, static_cast<std::uint16_t>(port));
        power_on(1s);
        EXPECT_EQ(line, "registered");
        EXPECT_THAT(segments(),
                    ElementsAre(SegmentKind::syn, SegmentKind::synack, SegmentKind::data,
                                SegmentKind::data, SegmentKind::data, SegmentKind::data));
    }
}

TEST_F(Connected, CountTheirOctets) {
    start(TransportChoice::tcp, 5060);
    power_on(1s);
    std::vector<world::Packet> ours;
    for (const auto& packet : packets)
        if (packet.segment && packet.source.address == device) ours.push_back(packet);
    ASSERT_EQ(ours.size(), 3U);
    EXPECT_EQ(ours[0].segment->sequence, 0U);
    EXPECT_EQ(ours[1].segment->sequence, 1U);
    EXPECT_EQ(ours[2].segment->sequence, 1U + ours[1].payload.size());
    EXPECT_EQ(ours[1].segment->acknowledged, 1U);
}

TEST_F(Connected, AreRefusedByClosedPorts) {
    start(TransportChoice::tcp, 5060);
    world->treat(primary, device, {.kind = Treatment::Kind::refuse});
    power_on(1s);
    EXPECT_THAT(segments(), ElementsAre(SegmentKind::syn, SegmentKind::rst));
    EXPECT_EQ(line, "failed");
    packets.clear();
    start(TransportChoice::tcp, 5099);
    power_on(1s);
    EXPECT_THAT(segments(), ElementsAre(SegmentKind::syn, SegmentKind::rst))
        << "nobody listens there";
}

TEST_F(Connected, HearNothingFromASilentHost) {
    start(TransportChoice::tcp, 5060);
    world->treat(primary, device, {.kind = Treatment::Kind::silence});
    power_on(31s);
    EXPECT_THAT(segments(), ElementsAre(SegmentKind::syn));
    EXPECT_EQ(line, "registering");
}

TEST_F(Connected, AskDnsAgainForWhatWasTruncated) {  // RFC-7766-05
    start(TransportChoice::udp, 5060, 60);
    power_on(1s);
    EXPECT_EQ(line, "registered");
    EXPECT_THAT(segments(), ElementsAre(SegmentKind::syn, SegmentKind::synack, SegmentKind::data,
                                        SegmentKind::data));
}

}  // namespace
}  // namespace twinline::test
