// Keep-alives of SIP outbound in virtual time: who answers them, and when nobody does.
#include "reference_impl/wire/stun.hh"
#include "rig/world/world.hh"
#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using scenario::HostRuns;
using scenario::Treatment;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Treatment::Kind;

const std::string transaction = "abcdefghijkl";

struct Keepalives : ::testing::Test {
    static scenario::Topology topology() {
        scenario::Topology t;
        t.domain = "pbx.test";
        t.hosts = {{"primary", "192.0.2.11", HostRuns::kamailio},
                   {"secondary", "192.0.2.12", HostRuns::kamailio},
                   {"proxy", "192.0.2.21", HostRuns::proxy}};
        t.hosts[0].outbound = t.hosts[2].outbound = true;
        t.hosts[2].behind = "primary";
        return t;
    }
    Keepalives() {
        world.on_packet([this](const world::Packet& packet) {
            if (packet.destination.address == device) heard.push_back(packet);
        });
    }
    void ping(wire::Ipv4 host, wire::Ipv4 source = device) {
        world.send({{},
                    {source, 5062},
                    {host, 5060},
                    wire::serialise(wire::StunMessage{wire::StunMessage::Kind::request, transaction,
                                                      std::nullopt})});
    }
    void crlf(wire::Ipv4 host, std::uint16_t port, wire::Transport transport) {
        world::Packet packet{{}, {device, 49152}, {host, port}, "\r\n\r\n"};
        packet.segment = world::Segment{1, transport, world::Segment::Kind::data, 0, 0};
        world.send(packet);
    }
    void options(wire::Ipv4 host) {
        wire::SipMessage m;
        m.method = m.cseq_method = "OPTIONS";
        m.request_uri = "sip:" + wire::to_string(host);
        m.via = {{"UDP", "198.51.100.100", 5062, "z9hG4bKa", {}}};
        m.from = {"", "sip:1001@pbx.test", {{"tag", "x"}}};
        m.to = {"", "sip:pbx.test", {}};
        m.call_id = "c";
        m.cseq = 1;
        m.max_forwards = 70;
        world.send({{}, {device, 5062}, {host, 5060}, wire::serialise(m)});
    }
    // What the device hears within a second.
    std::vector<world::Packet> answers() {
        heard.clear();
        bool over = false;
        world.schedule(world.time() + 1s, [&] { over = true; });
        while (!over && world.step()) {
        }
        return heard;
    }
    void treat(Kind kind) {
        Treatment treatment{kind};
        if (kind == Kind::slow) treatment.delay = 5s;
        treatment.status = 503;
        world.treat(primary, device, treatment);
    }

    world::World world{topology()};
    std::vector<world::Packet> heard;
};

TEST_F(Keepalives, StunTellsWhereThePingCameFrom) {
    for (const auto host : {primary, proxy}) {
        ping(host);
        const auto got = answers();
        ASSERT_EQ(got.size(), 1U);
        const auto pong = wire::parse_stun(got[0].payload);
        ASSERT_TRUE(pong);
        EXPECT_EQ(pong->kind, wire::StunMessage::Kind::success);
        EXPECT_EQ(pong->transaction, transaction);
        EXPECT_EQ(pong->mapped, (wire::Endpoint{device, 5062}));
    }
    ping(secondary);
    EXPECT_THAT(answers(), IsEmpty()) << "it takes no part";
}

TEST_F(Keepalives, TwoLineEndsInAStreamAreAnsweredWithOne) {
    crlf(primary, 5060, wire::Transport::tcp);
    auto got = answers();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].payload, "\r\n");
    crlf(primary, 5061, wire::Transport::tls);
    EXPECT_EQ(answers().size(), 1U);
    crlf(secondary, 5060, wire::Transport::tcp);
    EXPECT_THAT(answers(), IsEmpty());
}

TEST_F(Keepalives, AreMutedForOneSourceWhileSipGoesOn) {
    treat(Kind::mute);
    ping(primary);
    crlf(primary, 5060, wire::Transport::tcp);
    EXPECT_THAT(answers(), IsEmpty());
    options(primary);
    EXPECT_EQ(answers().size(), 1U);
    world.heal(primary, device);
    ping(primary);
    EXPECT_EQ(answers().size(), 1U);
    world.treat(primary, twin, {Kind::mute});
    ping(primary);
    EXPECT_EQ(answers().size(), 1U);
}

TEST_F(Keepalives, MeetWhatClosesTheHostAndNotWhatItDoesToRequests) {
    treat(Kind::silence);
    ping(primary);
    EXPECT_THAT(answers(), IsEmpty());
    treat(Kind::refuse);
    ping(primary);
    const auto refused = answers();
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_TRUE(refused[0].is_unreachable);
    for (const auto kind : {Kind::slow, Kind::reject}) {
        treat(kind);
        ping(primary);
        EXPECT_EQ(answers().size(), 1U);
    }
    treat(Kind::stall);
    ping(primary);
    EXPECT_THAT(answers(), IsEmpty());
    world.heal(primary, device);
    EXPECT_EQ(answers().size(), 1U) << "a server that hangs is silent and answers late";
}

TEST_F(Keepalives, WhatIsNoPingHasNoAnswer) {
    const wire::StunMessage said{wire::StunMessage::Kind::success, transaction,
                                 wire::Endpoint{device, 1}};
    world.send({{}, {device, 5062}, {primary, 5060}, wire::serialise(said)});
    world.send({{}, {device, 5062}, {primary, 5060}, "\r\n\r\n"});
    EXPECT_THAT(answers(), IsEmpty());
}

}  // namespace
}  // namespace twinline::test
