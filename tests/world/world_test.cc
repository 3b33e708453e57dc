// Virtual time itself: what takes how long, who hears whom, and in which order things happen that
// happen at once.
#include "rig/world/world.hh"

#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

scenario::Topology topology() {
    scenario::Topology t;
    t.domain = "pbx.test";
    t.hosts = {{"primary", "192.0.2.11", scenario::HostRuns::kamailio},
               {"dns", "192.0.2.2", scenario::HostRuns::dns}};
    t.zone =
        "$ORIGIN pbx.test.\n$TTL 300\n@ IN SOA dns h 1 3600 600 86400 60\n@ IN NS dns\n"
        "@ IN A 192.0.2.11\ndns IN A 192.0.2.2\n";
    t.users = {{"1001", "secret"}};
    return t;
}

config::PhoneConfig config_for(const std::string& host, std::uint16_t port = 0) {
    config::Account account;
    account.user = "1001";
    account.password = "secret";
    account.servers = {{.host = host, .port = port}};
    config::PhoneConfig config;
    config.accounts = {account};
    config.dns_servers = {name_server};
    return config;
}

struct World : ::testing::Test {
    world::World world{topology()};
    phone::SeededOracle oracle{1}, other_oracle{2};
    std::vector<world::Packet> packets;
    std::map<std::string, std::string> lines;

    World() {
        world.on_packet([this](const world::Packet& p) { packets.push_back(p); });
        world.on_output([this](std::string_view subject, const phone::Output& output) {
            if (const auto* display = std::get_if<phone::Display>(&output))
                lines[std::string(subject)] = display->line_state;
        });
    }
    void run_until(wire::Duration until) {
        bool over = false;
        world.schedule(wire::Instant(until), [&] { over = true; });
        while (!over && world.step()) {
        }
    }
    long count_to(wire::Ipv4 host, wire::Ipv4 from) const {
        return std::ranges::count_if(packets, [&](const auto& p) {
            return p.destination.address == host && p.source.address == from;
        });
    }
};

// As a network does that is never quite the same, and yet repeats itself by its seed.
TEST_F(World, LetsPacketsBeLateByLotAndKeepsConnectionsInOrder) {
    const auto answers = [](std::uint64_t seed) {
        world::World late(topology(), {}, {2ms, seed});
        std::vector<wire::Duration> ways;
        wire::Instant left{};
        late.on_packet([&](const world::Packet& p) {
            if (p.source.address == device) left = p.at;
            if (p.source.address == name_server) ways.push_back(p.at - left);
        });
        phone::SeededOracle fixed{1};
        late.add_phone("device", device, config_for("pbx.test"), {}, fixed);
        late.input("device", phone::PowerOn{device});
        while (ways.size() < 3 && late.step()) {
        }
        return ways;
    };
    const auto ways = answers(1);
    ASSERT_GE(ways.size(), 2U);
    for (const auto way : ways) {
        EXPECT_GE(way, 2 * world::link_delay);
        EXPECT_LE(way, 2 * world::link_delay + 2 * 2ms);
    }
    EXPECT_NE(ways[0], ways[1]);
    EXPECT_EQ(ways, answers(1));
    EXPECT_NE(ways, answers(2));
}

TEST_F(World, RegistersAPhoneByDnsAndDigest) {
    world.add_phone("device", device, config_for("pbx.test", 5060), {}, oracle);
    world.input("device", phone::PowerOn{device});
    run_until(1s);
    EXPECT_EQ(lines["device"], "registered");
    std::vector<wire::Duration> times;
    for (const auto& packet : packets) times.push_back(packet.at.time_since_epoch());
    EXPECT_THAT(times, ElementsAre(0us, 500us, 500us, 1000us, 1000us, 1500us))
        << "each way a quarter of a millisecond, seen on the phones' side";
}

TEST_F(World, ASilentHostHearsNothingFromThatSourceOnly) {
    world.add_phone("device", device, config_for("192.0.2.11"), {}, oracle);
    world.add_phone("twin", twin, config_for("192.0.2.11"), {}, other_oracle);
    world.treat(primary, device, {});
    world.input("device", phone::PowerOn{device});
    world.input("twin", phone::PowerOn{twin});
    run_until(1s);
    EXPECT_EQ(lines["device"], "registering");
    EXPECT_EQ(lines["twin"], "registered");
    EXPECT_EQ(count_to(device, primary), 0);
    EXPECT_EQ(count_to(primary, device), 2) << "what is sent into the silence is seen";
    world.heal(primary, device);
    run_until(2s);
    EXPECT_EQ(lines["device"], "registered");
}

TEST_F(World, ASilentNameServerIsSilentToo) {
    world.add_phone("device", device, config_for("pbx.test", 5060), {}, oracle);
    world.treat(name_server, device, {});
    world.input("device", phone::PowerOn{device});
    run_until(4s);
    EXPECT_EQ(count_to(device, name_server), 0);
    EXPECT_EQ(count_to(name_server, device), 1);
}

TEST_F(World, NobodyAnswersAtAForeignPortOrAddress) {
    world.send({{}, {device, 4000}, {primary, 5061}, "OPTIONS"});
    world.send({{}, {device, 4000}, {name_server, 5060}, "OPTIONS"});
    world.send({{}, {device, 4000}, {{0x01020304}, 5060}, "OPTIONS"});
    world.send({{}, {device, 4000}, {primary, 5060}, "no message at all"});
    world.send({{}, {device, 4000}, {name_server, 53}, ""});
    run_until(1s);
    EXPECT_EQ(packets.size(), 5U);
}

TEST_F(World, ActionsOfOneInstantHappenInTheOrderInWhichTheyWerePlanned) {
    std::vector<int> order;
    for (int i = 0; i < 20; ++i)
        world.schedule(wire::Instant(i < 10 ? 2s : 1s), [&order, i] { order.push_back(i); });
    run_until(3s);
    std::vector<int> wanted;
    for (int i = 10; i < 20; ++i) wanted.push_back(i);
    for (int i = 0; i < 10; ++i) wanted.push_back(i);
    EXPECT_EQ(order, wanted);
}

TEST_F(World, StepsFromOneThingToTheNextAndEndsWhenNothingIsLeft) {
    EXPECT_FALSE(world.step());
    world.schedule(wire::Instant(24h), [] {});
    EXPECT_TRUE(world.step());
    EXPECT_EQ(world.time(), wire::Instant(24h));
    EXPECT_FALSE(world.step());
}

TEST_F(World, KnowsNoStrangers) {
    EXPECT_THROW(world.input("nobody", phone::Register{}), std::invalid_argument);
    auto bad = topology();
    bad.hosts[0].address = "192.0.2.256";
    EXPECT_THROW(world::World{bad}, std::invalid_argument);
}

TEST_F(World, RefreshesForAWeek) {
    world.add_phone("device", device, config_for("192.0.2.11"), {}, oracle);
    world.input("device", phone::PowerOn{device});
    run_until(7 * 24h);
    EXPECT_EQ(lines["device"], "registered");
    EXPECT_GT(count_to(primary, device), 7 * 24);
    EXPECT_LT(count_to(primary, device), 3 * 7 * 24);
}

}  // namespace
}  // namespace twinline::test
