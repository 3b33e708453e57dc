// Calls from outside in virtual time: where the phone is registered it rings, and it hears what the
// caller does next.
#include "rig/world/world.hh"
#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using scenario::Treatment;
using ::testing::ElementsAre;

scenario::Topology calling_topology() {
    scenario::Topology t;
    t.domain = "pbx.test";
    t.hosts = {{"primary", "192.0.2.11", scenario::HostRuns::kamailio},
               {"secondary", "192.0.2.12", scenario::HostRuns::kamailio}};
    t.users = {{"1001", "secret"}, {"1002", "secret"}};
    t.callee = "2000";
    return t;
}

struct CallsFromOutside : ::testing::Test {
    phone::SeededOracle oracle{1};
    world::World world;
    std::vector<std::string> told, answered;  // "INVITE", "180 INVITE"
    std::vector<bool> over_stream;            // what was told
    std::vector<wire::Instant> at;            // likewise
    std::string call;

    explicit CallsFromOutside(const scenario::Topology& topology = calling_topology())
        : world(topology) {
        world.on_packet([this](const world::Packet& packet) { note(packet); });
        world.on_output([this](std::string_view, const phone::Output& output) {
            if (const auto* state = std::get_if<phone::CallDisplay>(&output)) call = state->state;
        });
    }
    void note(const world::Packet& packet) {
        const auto message = wire::parse_sip(packet.payload);
        if (!message || message->cseq_method == "REGISTER") return;
        if (packet.destination.address == device && message->is_request()) {
            told.push_back(message->method);
            over_stream.push_back(packet.segment.has_value());
            at.push_back(packet.at);
        }
        if (packet.source.address == device && !message->is_request())
            answered.push_back(std::to_string(message->status) + " " + message->cseq_method);
    }
    void registered(config::TransportChoice transport = config::TransportChoice::udp,
                    const std::string& user = "1001") {
        config::Account account;
        account.user = user;
        account.password = "secret";
        account.servers = {{.host = "192.0.2.11", .port = 5060, .transport = transport}};
        config::PhoneConfig config;
        config.accounts = {account};
        world.add_phone("device", device, config, {}, oracle);
        world.input("device", phone::PowerOn{device});
        run_for(1s);
    }
    void run_for(wire::Duration time) {
        bool over = false;
        world.schedule(world.time() + time, [&] { over = true; });
        while (!over && world.step()) {
        }
    }
    void does(std::string_view deed, wire::Ipv4 host = primary) {
        world.caller(host, device, deed);
        run_for(100ms);
    }
};

TEST_F(CallsFromOutside, RingWhereThePhoneIsRegisteredAndNowhereElse) {
    registered();
    does("calls", secondary);
    EXPECT_TRUE(told.empty());
    does("calls");
    EXPECT_THAT(told, ElementsAre("INVITE"));
    EXPECT_THAT(answered, ElementsAre("180 INVITE"));
    EXPECT_EQ(call, "incoming");
    run_for(60s);  // the caller has heard that it rings, and does not call again
    EXPECT_EQ(told.size(), 1U);
}

struct CallsByASharedLocation : CallsFromOutside {
    CallsByASharedLocation() : CallsFromOutside(shared()) {}
    static scenario::Topology shared() {
        auto topology = calling_topology();
        topology.shares_location = true;
        return topology;
    }
    std::size_t bindings_at(wire::Ipv4 host) const {
        return world.holdings(host, device)->bindings.size();
    }
};

TEST_F(CallsByASharedLocation, ComeFromTheServerThatThePhoneNeverAsked) {
    registered();
    EXPECT_EQ(bindings_at(primary), 1U);
    EXPECT_EQ(bindings_at(secondary), 1U);
    does("calls", secondary);
    EXPECT_THAT(told, ElementsAre("INVITE"));
    world.input("device", phone::Unregister{});
    run_for(1s);
    EXPECT_EQ(bindings_at(primary), 0U);
    EXPECT_EQ(bindings_at(secondary), 0U);
}

TEST_F(CallsByASharedLocation, AreStillMadeWhenTheServerHasBegunAnew) {
    registered();
    world.treat(primary, device, {Treatment::Kind::crash});
    EXPECT_FALSE(world.holdings(primary, device));
    world.heal(primary, device);
    EXPECT_EQ(bindings_at(primary), 1U);
}

TEST_F(CallsByASharedLocation, FindNobodyOnceItIsForgotten) {
    registered();
    world.forget_bindings(secondary, device);
    EXPECT_EQ(bindings_at(primary), 0U);
    does("calls");
    EXPECT_TRUE(told.empty());
}

// Its own listens nowhere else.
TEST_F(CallsByASharedLocation, AreNotMadeWhereThePhoneHasNoConnection) {
    registered(config::TransportChoice::tcp);
    does("calls", secondary);
    EXPECT_TRUE(told.empty());
    does("calls");
    EXPECT_THAT(told, ElementsAre("INVITE"));
}

TEST_F(CallsFromOutside, FindNoBindingOnceItsTimeIsOver) {
    registered();
    const auto held = world.holdings(primary, device)->bindings;
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held.front().user, "1001");
    EXPECT_GT(held.front().left, 3590U);
    EXPECT_TRUE(world.holdings(secondary, device)->bindings.empty());
    world.forget_bindings(secondary, device);
    EXPECT_FALSE(world.holdings(primary, device)->bindings.empty());
    world.treat(primary, device, {Treatment::Kind::silence});
    run_for(2h);
    EXPECT_TRUE(world.holdings(primary, device)->bindings.empty());
    world.treat(primary, device, {Treatment::Kind::crash});
    EXPECT_FALSE(world.holdings(primary, device));
}

TEST_F(CallsFromOutside, AreForTheFirstUserOfTheTopology) {
    registered(config::TransportChoice::udp, "1002");
    does("calls");
    EXPECT_TRUE(told.empty());
}

TEST_F(CallsFromOutside, AreTakenBackWhileTheyRing) {
    registered();
    does("calls");
    does("hangs up");
    EXPECT_THAT(told, ElementsAre("INVITE", "CANCEL", "ACK"));
    EXPECT_THAT(answered, ElementsAre("180 INVITE", "200 CANCEL", "487 INVITE"));
    EXPECT_EQ(call, "idle");
}

TEST_F(CallsFromOutside, AreAcknowledgedOnceAnsweredAndEndWithBye) {
    registered();
    does("calls");
    world.input("device", phone::Answer{});
    run_for(5s);
    EXPECT_EQ(call, "talking");
    EXPECT_THAT(answered, ElementsAre("180 INVITE", "200 INVITE"));
    does("hangs up");
    EXPECT_THAT(told, ElementsAre("INVITE", "ACK", "BYE"));
    EXPECT_EQ(answered.back(), "200 BYE");
    EXPECT_EQ(call, "idle");
    does("hangs up");
    EXPECT_EQ(told.size(), 3U);
}

TEST_F(CallsFromOutside, AreOverWhenThePhoneHangsUp) {
    registered();
    does("calls");
    world.input("device", phone::Answer{});
    run_for(1s);
    world.input("device", phone::HangUp{});
    run_for(1s);
    does("hangs up");
    EXPECT_THAT(told, ElementsAre("INVITE", "ACK"));
}

TEST_F(CallsFromOutside, AreRepeatedUntilThePhoneHears) {
    registered();
    Treatment unheard{.kind = Treatment::Kind::silence};
    unheard.lost = Treatment::Lost::queries;
    world.treat(primary, device, unheard);
    does("calls");
    EXPECT_TRUE(told.empty()) << "a silent server says nothing";
    world.heal(primary, device);
    run_for(3s);
    EXPECT_THAT(told, ElementsAre("INVITE")) << "one of its repeats is the first to arrive";
    EXPECT_EQ(call, "incoming");
}

TEST_F(CallsFromOutside, ComeOnTheConnectionOfAPhoneThatHasOne) {
    registered(config::TransportChoice::tcp);
    does("calls");
    ASSERT_THAT(told, ElementsAre("INVITE"));
    EXPECT_TRUE(over_stream.front());
    EXPECT_EQ(answered, std::vector<std::string>{"180 INVITE"});
}

TEST_F(CallsFromOutside, DoNotReachAPhoneThatItsServerHasForgotten) {
    registered();
    world.treat(primary, device, {.kind = Treatment::Kind::crash});
    world.heal(primary, device);
    does("calls");
    EXPECT_TRUE(told.empty());
}

TEST_F(CallsFromOutside, DoNotReachAPhoneThatHasUnregistered) {
    registered();
    world.input("device", phone::Unregister{});
    run_for(1s);
    does("calls");
    EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace twinline::test
