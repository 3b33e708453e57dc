// SIP outbound in the lab (RFC 5626): a server that takes part answers keep-alives, until they are
// muted for one subject.
#include "rig/testbed/dut.hh"
#include "rig/testbed/probe_request.hh"
#include "rig/testbed/probe_stream.hh"
#include "tests/testbed/lab_test.hh"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <array>

namespace twinline::testbed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;

// What comes back for these octets on a connection to port 5060 of the host, before the deadline.
asio::awaitable<std::string> said_on_a_stream(const Netns& from, std::string source,
                                              std::string host, std::string octets) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    auto socket = open_stream(executor, from, source);
    ProbeResult result;
    if (!co_await connect(socket, host, 5060, result)) co_return "not connected";
    socket.send(asio::buffer(octets));
    std::array<char, 512> answer{};
    asio::steady_timer timer(executor, probe_deadline);
    const auto first =
        co_await (socket.async_receive(asio::buffer(answer), asio::as_tuple(asio::use_awaitable)) ||
                  timer.async_wait(asio::use_awaitable));
    if (first.index() != 0) co_return std::string();
    co_return std::string(answer.data(), std::get<1>(std::get<0>(first)));
}

class Outbound : public LabTest {
  protected:
    void SetUp() override {
        LabTest::SetUp();
        if (!IsSkipped()) lab = outbound_lab();
    }
    std::unique_ptr<Lab> outbound_lab() {
        auto topology = small_topology();
        topology.callee = "2000";
        topology.hosts[0].outbound = true;
        topology.hosts[0].flow_timer = 30;
        for (const std::string role : {"proxy", "second-proxy"}) {
            const auto address = role == "proxy" ? "192.0.2.21" : "192.0.2.22";
            topology.hosts.push_back({role, address, scenario::HostRuns::proxy});
            topology.hosts.back().behind = "primary";
            topology.hosts.back().outbound = true;
        }
        auto made =
            std::make_unique<Lab>(io, topology, TWINLINE_SOURCE "/fixtures",
                                  [this](const std::string& what) { troubles.push_back(what); });
        await(made->ready());
        return made;
    }
    bool pongs(const std::string& from, const std::string& host) {
        return await(lab->probe(from, host, probe_deadline, std::string(stun_binding))).answered;
    }

    std::unique_ptr<Lab> lab;
};

TEST_F(Outbound, AServerThatTakesPartAnswersStunAndLineEnds) {
    for (const std::string host : {"primary", "proxy"}) {
        EXPECT_TRUE(pongs("device", host)) << host;
        EXPECT_TRUE(pongs("unkeyed", host)) << host;
        EXPECT_EQ(await(said_on_a_stream(lab->network().probes(), "198.51.100.110",
                                         lab->server(host).address(), "\r\n\r\n")),
                  "\r\n")
            << host;
    }
    EXPECT_FALSE(pongs("device", "secondary"));
    EXPECT_TRUE(troubles.empty()) << troubles.front();
}

TEST_F(Outbound, MutedKeepAlivesAreOneSubjectsAndSipGoesOn) {
    auto muted = lab->mute("primary", "device");
    EXPECT_FALSE(pongs("device", "primary"));
    EXPECT_EQ(await(lab->probe("device", "primary")).status, 200);
    EXPECT_TRUE(pongs("twin", "primary"));
    EXPECT_TRUE(pongs("device", "proxy"));
    EXPECT_GE(muted.heal(), muted.onset());
    EXPECT_TRUE(pongs("device", "primary"));
}

// By a passage between the two, which lets SIP through as before.
TEST_F(Outbound, MutedKeepAlivesAreThoseOfAStreamToo) {
    const auto host = lab->server("primary").address();
    const auto said = [&](const std::string& source, const std::string& octets) {
        return await(said_on_a_stream(lab->network().probes(), source, host, octets));
    };
    const std::string device = "198.51.100.110", unkeyed = "198.51.100.120", ping = "\r\n\r\n";
    EXPECT_EQ(said(device, ping), "\r\n");
    auto muted = lab->detour("primary", "device", {.kind = scenario::Treatment::Kind::mute});
    EXPECT_EQ(said(device, ping), "");
    EXPECT_EQ(said(unkeyed, ping), "\r\n");
    auto over_tcp = request_to({host, 5060, device, 5060, false}, "OPTIONS").octets;
    over_tcp.replace(over_tcp.find("/UDP"), 4, "/TCP");
    EXPECT_THAT(said(device, over_tcp), testing::HasSubstr("SIP/2.0 200"));
    muted.heal();
    EXPECT_EQ(said(device, ping), "\r\n");
}

TEST_F(Outbound, APhoneRegistersAFlowOverEachProxyAndCallsOverOne) {
    DutPlan plan;
    plan.device.id = "reference";
    plan.device.capabilities = {"json-lines"};
    plan.device.files = {{"phone.cfg", "{{config}}"}};
    plan.device.start = {"{{phone}}",   "--config", "{{dir}}/phone.cfg",
                         "--vendor",    "generic",  "--address",
                         "{{address}}", "--dns",    "{{dns}}"};
    plan.device.stop_signal = "KILL";
    plan.subject = "device";
    plan.config_text =
        "account.1.enable = 1\naccount.1.user = 1001\naccount.1.auth_user = 1001\n"
        "account.1.password = se\"cret\naccount.1.domain = pbx.test\n"
        "account.1.registrar = primary.pbx.test\naccount.1.port = 5060\n"
        "account.1.transport = udp\naccount.1.outbound = 1\n"
        "account.1.outbound_proxy = 192.0.2.21\naccount.1.outbound_port = 5060\n"
        "account.1.second_outbound_proxy = 192.0.2.22\naccount.1.second_outbound_port = 5060\n";
    std::string said, call;
    auto phone = lab->phone(plan, [&](std::string_view line) {
        (said += line) += '\n';
        const auto event = nlohmann::json::parse(line, nullptr, false);
        if (event.value("kind", "") == "call") call = event.value("state", "");
    });
    await(phone->prepare());
    await(phone->power_on());
    const auto both_are_there = [&] {
        std::string flows;
        for (const auto& held : await(lab->server("primary").holdings({})).bindings)
            flows += held.reg_id;
        return flows == "12" || flows == "21";
    };
    ASSERT_TRUE(turn_until([&] { return both_are_there(); }, 10s)) << said;
    phone->act("dial", "2000");
    ASSERT_TRUE(turn_until([&] { return call == "talking"; }, 5s)) << said;
    phone->act("hang_up");
    ASSERT_TRUE(turn_until([&] { return call == "idle"; }, 5s)) << said;
}

}  // namespace
}  // namespace twinline::testbed
