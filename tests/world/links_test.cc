// The way to a host as one source meets it: packets that are lost, late, doubled or overtaken, and
// that nobody else notices.
#include "reference_impl/wire/sip_message.hh"
#include "rig/world/world.hh"
#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using scenario::Treatment;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

scenario::Topology topology_of_links() {
    scenario::Topology t;
    t.domain = "pbx.test";
    t.hosts = {{"primary", "192.0.2.11"}};
    t.users = {{"1001", "secret"}};
    return t;
}

struct Links : ::testing::Test {
    world::World world{topology_of_links()};
    std::vector<std::string> to_device, to_twin;  // the Call-IDs of answers
    std::vector<wire::Instant> at;                // of those to the device

    Links() {
        world.on_packet([this](const world::Packet& packet) {
            if (packet.source.address != primary) return;
            const auto message = wire::parse_sip(packet.payload);
            const auto id = message ? message->call_id : packet.segment ? "segment" : "?";
            if (packet.destination.address == device) at.push_back(packet.at);
            (packet.destination.address == device ? to_device : to_twin).push_back(id);
        });
    }
    void order(Treatment::Kind kind, std::string_view operands) {
        Treatment treatment{.kind = kind};
        ASSERT_TRUE(scenario::read_link(operands, treatment));
        world.treat(primary, device, treatment);
    }
    void ask(wire::Ipv4 source, const std::string& id) {
        wire::SipMessage m;
        m.method = m.cseq_method = "OPTIONS";
        m.request_uri = "sip:192.0.2.11";
        m.via = {{"UDP", "198.51.100.100", 5060, "z9hG4bK" + id, {}}};
        m.from = {"", "sip:1001@pbx.test", {{"tag", "x"}}};
        m.to = {"", "sip:192.0.2.11", {}};
        m.call_id = id;
        m.cseq = 1;
        world.send({{}, {source, 5060}, {primary, 5060}, wire::serialise(m)});
    }
    void run_for(wire::Duration time) {
        bool over = false;
        world.schedule(world.time() + time, [&] { over = true; });
        while (!over && world.step()) {
        }
    }
};

TEST_F(Links, TheNextAreLostForOneSourceOnly) {
    order(Treatment::Kind::lose, "next 2 in");
    for (const auto* id : {"a", "b", "c"}) {
        ask(device, id);
        ask(twin, id);
    }
    run_for(1s);
    EXPECT_THAT(to_device, ElementsAre("c"));
    EXPECT_THAT(to_twin, ElementsAre("a", "b", "c"));
    world.heal(primary, device);
    order(Treatment::Kind::lose, "next 1 out");
    ask(device, "d");
    ask(device, "e");
    run_for(1s);
    EXPECT_THAT(to_device, ElementsAre("c", "e")) << "it is counted anew";
}

TEST_F(Links, ADelayIsThatOfEachWay) {
    order(Treatment::Kind::delay, "100 ms");
    ask(device, "a");
    run_for(1s);
    order(Treatment::Kind::delay, "100 ms out");
    ask(device, "b");
    run_for(1s);
    ASSERT_EQ(at.size(), 2U);
    EXPECT_EQ(at[0].time_since_epoch(), 200ms + 2 * world::link_delay);
    EXPECT_EQ(at[1].time_since_epoch(), 1s + 100ms + 2 * world::link_delay);
}

TEST_F(Links, WhatIsOnItsWayComesAfterTheHealing) {
    order(Treatment::Kind::delay, "500 ms out");
    ask(device, "a");
    run_for(100ms);
    world.heal(primary, device);
    EXPECT_THAT(to_device, IsEmpty());
    run_for(500ms);
    EXPECT_THAT(to_device, ElementsAre("a"));
}

TEST_F(Links, EachDatagramComesTwice) {
    order(Treatment::Kind::duplicate, "out");
    ask(device, "a");
    run_for(1s);
    EXPECT_THAT(to_device, ElementsAre("a", "a"));
    order(Treatment::Kind::duplicate, "");
    ask(device, "b");
    run_for(1s);
    EXPECT_THAT(to_device, ElementsAre("a", "a", "b", "b", "b", "b"));
}

TEST_F(Links, TheSecondOvertakesTheFirst) {
    order(Treatment::Kind::reorder, "50 ms in");
    ask(device, "a");
    ask(device, "b");
    run_for(1s);
    EXPECT_THAT(to_device, ElementsAre("b", "a"));
}

TEST_F(Links, AConnectionIsLateAndLosesNothing) {
    const auto open = [&](unsigned number) {
        world::Packet syn{{}, {device, 4000}, {primary, 5060}, {}};
        syn.segment = world::Segment{number, wire::Transport::tcp, world::Segment::Kind::syn, 0, 0};
        world.send(syn);
        run_for(1s);
    };
    order(Treatment::Kind::lose, "next 5");
    open(1);
    order(Treatment::Kind::delay, "100 ms");
    open(2);
    ASSERT_EQ(at.size(), 2U);
    EXPECT_EQ(at[0].time_since_epoch(), 2 * world::link_delay);
    EXPECT_EQ(at[1].time_since_epoch(), 1s + 200ms + 2 * world::link_delay);
}

}  // namespace
}  // namespace twinline::test
