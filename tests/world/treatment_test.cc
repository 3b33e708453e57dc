// What a host can do to one source instead of serving it, and that nobody else notices.
#include "reference_impl/wire/dns_message.hh"
#include "rig/world/world.hh"
#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using scenario::Treatment;

constexpr std::string_view zone_of_old =
    "$ORIGIN pbx.test.\n$TTL 300\n@ IN SOA dns h 1 3600 600 86400 60\n@ IN NS dns\n"
    "@ IN A 192.0.2.11\ndns IN A 192.0.2.2\n";

scenario::Topology treated_topology() {
    scenario::Topology t;
    t.domain = "pbx.test";
    t.hosts = {{"primary", "192.0.2.11", scenario::HostRuns::kamailio, 5080},
               {"dns", "192.0.2.2", scenario::HostRuns::dns}};
    t.zone = zone_of_old;
    t.users = {{"1001", "secret"}};
    t.callee = "2000";
    return t;
}

struct Treatments : ::testing::Test {
    world::World world{treated_topology()};
    std::vector<world::Packet> to_device, to_twin;
    unsigned asked = 0;

    Treatments() {
        world.on_packet([this](const world::Packet& packet) {
            if (packet.destination.address == device) to_device.push_back(packet);
            if (packet.destination.address == twin) to_twin.push_back(packet);
        });
    }
    void ask(wire::Ipv4 source, const std::string& method = "OPTIONS") {
        wire::SipMessage m;
        m.method = m.cseq_method = method;
        m.request_uri = "sip:2000@192.0.2.11:5080";
        m.via = {{"UDP", "198.51.100.100", 5060, "z9hG4bK" + std::to_string(++asked), {}}};
        m.from = {"", "sip:1001@pbx.test", {{"tag", "x"}}};
        m.to = {"", "sip:2000@pbx.test", {}};
        m.call_id = "c" + std::to_string(asked);
        m.cseq = 1;
        world.send({{}, {source, 5060}, {primary, 5080}, wire::serialise(m)});
    }
    void query(wire::Ipv4 source) {
        world.send({{},
                    {source, 4000},
                    {name_server, 53},
                    wire::serialise_query(7, {"pbx.test", wire::DnsType::a})});
    }
    void run_for(wire::Duration time) {
        bool over = false;
        world.schedule(world.time() + time, [&] { over = true; });
        while (!over && world.step()) {
        }
    }
    static int status(const world::Packet& packet) {
        const auto message = wire::parse_sip(packet.payload);
        return message ? message->status : 0;
    }
};

TEST_F(Treatments, ARefusalIsAnIcmpErrorThatQuotesTheQuestion) {
    world.treat(primary, device, {.kind = Treatment::Kind::refuse});
    ask(device);
    ask(twin);
    run_for(1s);
    ASSERT_EQ(to_device.size(), 1U);
    EXPECT_TRUE(to_device.front().is_unreachable);
    EXPECT_EQ(to_device.front().source, (wire::Endpoint{primary, 5080}));
    ASSERT_EQ(to_twin.size(), 1U);
    EXPECT_FALSE(to_twin.front().is_unreachable);
    world.heal(primary, device);
    ask(device);
    run_for(1s);
    EXPECT_EQ(status(to_device.back()), 200);
}

TEST_F(Treatments, ARejectionIsOfItsMethodOnlyAndNeverOfAnAck) {
    world.treat(
        primary, device,
        {.kind = Treatment::Kind::reject, .status = 503, .method = "INVITE", .retry_after = 7});
    ask(device, "INVITE");
    run_for(1ms);
    ASSERT_EQ(to_device.size(), 1U);
    EXPECT_EQ(status(to_device[0]), 503);
    EXPECT_EQ(wire::parse_sip(to_device[0].payload)->retry_after, 7U);
    ask(device, "OPTIONS");
    run_for(1ms);
    ASSERT_EQ(to_device.size(), 2U);
    EXPECT_EQ(status(to_device[1]), 200);
    world.treat(primary, device, {.kind = Treatment::Kind::reject, .status = 403});
    ask(device, "ACK");
    ask(device, "OPTIONS");
    run_for(1s);
    ASSERT_EQ(to_device.size(), 3U);
    EXPECT_EQ(status(to_device[2]), 403);
}

TEST_F(Treatments, ASlowHostAnswersLate) {
    world.treat(primary, device, {.kind = Treatment::Kind::slow, .delay = 2s});
    ask(device);
    run_for(1999ms);
    EXPECT_TRUE(to_device.empty());
    run_for(2ms);
    ASSERT_EQ(to_device.size(), 1U);
    EXPECT_EQ(status(to_device[0]), 200);
}

TEST_F(Treatments, AStalledHostAnswersWhenItIsHealed) {
    world.treat(primary, device, {.kind = Treatment::Kind::stall});
    ask(device);
    ask(twin);
    run_for(30s);
    EXPECT_TRUE(to_device.empty());
    EXPECT_EQ(to_twin.size(), 1U);
    world.heal(primary, device);
    run_for(1ms);
    ASSERT_EQ(to_device.size(), 1U);
    EXPECT_EQ(status(to_device[0]), 200);
}

TEST_F(Treatments, AHostThatIsGoneIsToldOfByARouter) {
    world.treat(primary, device, {.kind = Treatment::Kind::unreachable});
    ask(device);
    ask(twin);
    world::Packet syn{{}, {device, 4000}, {primary, 5080}, {}};
    syn.segment = world::Segment{1, wire::Transport::tcp, world::Segment::Kind::syn, 0, 0};
    world.send(syn);
    syn.segment->kind = world::Segment::Kind::data;
    world.send(syn);
    run_for(1s);
    ASSERT_EQ(to_device.size(), 2U) << "of what a connection says nobody tells";
    for (const auto& packet : to_device) {
        EXPECT_TRUE(packet.is_unreachable);
        EXPECT_EQ(packet.unreachable_code, 1U);
    }
    ASSERT_EQ(to_twin.size(), 1U);
    EXPECT_FALSE(to_twin.front().is_unreachable);
    world.heal(primary, device);
    ask(device);
    run_for(1s);
    EXPECT_EQ(status(to_device.back()), 200);
}

TEST_F(Treatments, AHostOffTheNetworkIsSoughtBeforeTheRouterGivesItUp) {
    for (const auto kind : {Treatment::Kind::link_down, Treatment::Kind::address_gone}) {
        to_device.clear();
        Treatment gone{.kind = kind};
        gone.delay = 3s;
        world.treat(primary, device, gone);
        ask(device);
        run_for(2s);
        ask(device);
        run_for(500ms);
        EXPECT_TRUE(to_device.empty());
        run_for(1s);
        ASSERT_EQ(to_device.size(), 2U) << "both at the end of one search";
        for (const auto& packet : to_device) {
            EXPECT_TRUE(packet.is_unreachable);
            EXPECT_EQ(packet.unreachable_code, 1U);
        }
        ask(device);
        run_for(2s);
        world.heal(primary, device);
        run_for(10ms);
        ASSERT_EQ(to_device.size(), 3U) << "the router had kept it";
        EXPECT_EQ(status(to_device.back()), 200);
        run_for(5s);
        EXPECT_EQ(to_device.size(), 3U);
    }
}

TEST_F(Treatments, AHungHostTakesConnectionsAndAnswersWhenItGoesOn) {
    world.treat(primary, device, {.kind = Treatment::Kind::stop});
    ask(device);
    ask(device);
    world::Packet syn{{}, {device, 4000}, {primary, 5080}, {}};
    syn.segment = world::Segment{1, wire::Transport::tcp, world::Segment::Kind::syn, 0, 0};
    world.send(syn);
    run_for(30s);
    ASSERT_EQ(to_device.size(), 1U);
    ASSERT_TRUE(to_device.front().segment);
    EXPECT_EQ(to_device.front().segment->kind, world::Segment::Kind::synack);
    world.heal(primary, device);
    run_for(1ms);
    ASSERT_EQ(to_device.size(), 3U);
    EXPECT_EQ(status(to_device[1]), 200);
    EXPECT_EQ(status(to_device[2]), 200);
}

TEST_F(Treatments, ACrashedHostEndsItsConnectionsAndRefusesUntilItBeginsAnew) {
    world::Packet syn{{}, {device, 4000}, {primary, 5080}, {}};
    syn.segment = world::Segment{1, wire::Transport::tcp, world::Segment::Kind::syn, 0, 0};
    world.send(syn);
    run_for(1s);
    world.treat(primary, device, {.kind = Treatment::Kind::crash});
    run_for(1s);
    world.send(syn);
    ask(device);
    run_for(1s);
    ASSERT_EQ(to_device.size(), 4U);
    using Kind = world::Segment::Kind;
    EXPECT_EQ(to_device[0].segment->kind, Kind::synack);
    EXPECT_EQ(to_device[1].segment->kind, Kind::fin) << "at the onset";
    EXPECT_EQ(to_device[2].segment->kind, Kind::rst);
    EXPECT_TRUE(to_device[3].is_unreachable);
    world.heal(primary, device);
    ask(device);
    run_for(1s);
    EXPECT_EQ(status(to_device.back()), 200);
    world.treat(primary, device, {.kind = Treatment::Kind::crash});
    run_for(1s);
    EXPECT_EQ(to_device.size(), 5U) << "the connection had ended before";
}

TEST_F(Treatments, ANameServerCanFailForOneAsker) {
    world.treat(name_server, device, {.kind = Treatment::Kind::reject, .rcode = "SERVFAIL"});
    query(device);
    query(twin);
    run_for(1ms);
    EXPECT_EQ(to_device.at(0).payload[3] & 0x0f, 2);
    EXPECT_EQ(to_twin.at(0).payload[3] & 0x0f, 0);
    world.heal(name_server, device);
    query(device);
    run_for(1ms);
    EXPECT_EQ(to_device.at(1).payload[3] & 0x0f, 0);
}

TEST_F(Treatments, OnlyTheAnswersAreLost) {
    using Lost = scenario::Treatment::Lost;
    world.treat(name_server, device, {.kind = Treatment::Kind::silence, .lost = Lost::answers});
    query(device);
    query(twin);
    run_for(1s);
    EXPECT_TRUE(to_device.empty());
    EXPECT_EQ(to_twin.size(), 1U);
    EXPECT_EQ(world.lost_answers(name_server, device), 1U) << "it had heard the question";
    world.treat(name_server, device, {.kind = Treatment::Kind::silence, .lost = Lost::both});
    query(device);
    run_for(1s);
    EXPECT_TRUE(to_device.empty());
    EXPECT_EQ(world.lost_answers(name_server, device), 0U) << "it hears nothing";
}

TEST_F(Treatments, AnotherZoneIsSeenByOneAskerOnly) {
    std::string zone(zone_of_old);
    zone.replace(zone.find("192.0.2.11"), 10, "192.0.2.99");
    world.set_zone(device, zone);
    query(device);
    query(twin);
    run_for(1ms);
    EXPECT_EQ(to_device.at(0).payload.back(), 99);
    EXPECT_EQ(to_twin.at(0).payload.back(), 11);
}

TEST(Rotation, EachAnswerBeginsWithTheNextRecord) {
    const dns::NameServer names(std::string(zone_of_old) + "@ IN A 192.0.2.12\n",
                                dns::Additional::left_out, dns::Order::rotating);
    const auto query = wire::serialise_query(7, {"pbx.test", wire::DnsType::a});
    std::string last;
    for (int i = 0; i < 4; ++i) last += names.answer(1, query)->back();
    EXPECT_EQ(last, "\x0c\x0b\x0c\x0b");
    EXPECT_EQ(names.answer(2, query)->back(), '\x0c') << "each asker has turns of its own";
}

}  // namespace
}  // namespace twinline::test
