// SIP outbound of the generic profile in virtual time: reg-id and instance, two flows, keep-alives
// just before and at each limit, recovery (RFC-5626-01 to RFC-5626-07).
#include "reference_impl/config/loader.hh"
#include "reference_impl/wire/stun.hh"
#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::HasSubstr;

const std::string proxy1 = "192.0.2.21:5060";
const std::string proxy2 = "192.0.2.22:5060";

config::PhoneConfig outbound_config(std::string_view more = {}) {
    return config::load(config::Vendor::generic, "phone.cfg",
                        "account.1.user = 1001\naccount.1.registrar = 192.0.2.11\n"
                        "account.1.port = 5060\naccount.1.transport = udp\n"
                        "account.1.outbound = 1\n" +
                            std::string(more))
        .config;
}

config::PhoneConfig two_proxies() {
    return outbound_config(
        "account.1.outbound_proxy = 192.0.2.21\naccount.1.outbound_port = 5060\n"
        "account.1.second_outbound_proxy = 192.0.2.22\naccount.1.second_outbound_port = 5060\n");
}

// Grants an hour, with SIP outbound; `flow_timer` 0: without that header.
PhoneBench::Server edge(unsigned flow_timer = 0) {
    return [flow_timer](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "ACK") return std::nullopt;
        if (request.method == "INVITE") return take_call(request);
        auto response = ok(request);
        response.other.push_back({"Require", "outbound"});
        if (flow_timer != 0) response.other.push_back({"Flow-Timer", std::to_string(flow_timer)});
        return response;
    };
}

const wire::NameAddr& contact_of(const Sent& sent) { return sent.sip.contact.front(); }

std::vector<wire::Duration> gaps(const std::vector<Sent>& pings) {
    std::vector<wire::Duration> between;
    for (std::size_t i = 1; i < pings.size(); ++i) between.push_back(pings[i].at - pings[i - 1].at);
    return between;
}

TEST(Outbound, NamesThePhoneAndTheFlow) {  // RFC-5626-01
    std::string instance;
    for (int boot = 0; boot < 2; ++boot) {
        PhoneBench bench(outbound_config(), 1 + static_cast<unsigned>(boot));
        bench.servers[primary] = edge();
        bench.power_on();
        bench.run_until(1s);
        ASSERT_EQ(bench.sip().size(), 1U);
        const auto& sent = bench.sip()[0];
        EXPECT_EQ(contact_of(sent).param("reg-id"), "1");
        const auto named = contact_of(sent).param("+sip.instance").value_or("");
        EXPECT_THAT(named, ::testing::MatchesRegex("\"<urn:uuid:[0-9a-f-]{36}>\""));
        EXPECT_EQ(std::exchange(instance, named), boot == 0 ? "" : named) << "after another boot";
        ASSERT_NE(sent.sip.find("Supported"), nullptr);
        EXPECT_EQ(sent.sip.find("Supported")->value, "path, outbound");
    }
}

TEST(Outbound, IsOffWhereNobodyWantsIt) {
    PhoneBench bench(one_account("192.0.2.11", 5060));
    bench.servers[primary] = edge(30);
    bench.power_on();
    bench.run_until(300s);
    EXPECT_FALSE(contact_of(bench.sip()[0]).param("reg-id"));
    EXPECT_EQ(bench.sip()[0].sip.find("Supported"), nullptr);
    EXPECT_TRUE(bench.pings().empty());
}

TEST(Outbound, HasAFlowOverEachProxy) {  // RFC-5626-02
    PhoneBench bench(two_proxies());
    bench.servers[proxy1] = bench.servers[proxy2] = edge();
    bench.power_on();
    bench.run_until(1s);
    ASSERT_EQ(bench.sip_to(proxy1).size(), 1U);
    ASSERT_EQ(bench.sip_to(proxy2).size(), 1U);
    const auto one = bench.sip_to(proxy1)[0], two = bench.sip_to(proxy2)[0];
    EXPECT_EQ(contact_of(one).param("reg-id"), "1");
    EXPECT_EQ(contact_of(two).param("reg-id"), "2");
    EXPECT_EQ(contact_of(one).param("+sip.instance"), contact_of(two).param("+sip.instance"));
    EXPECT_NE(one.sip.call_id, two.sip.call_id);
}

TEST(Outbound, CallsOverAFlowThatWorks) {  // RFC-5626-07
    PhoneBench bench(two_proxies());
    bench.servers[proxy2] = edge();
    bench.power_on();
    bench.run_until(40s);
    bench.input(phone::Dial{1, "2000"});
    bench.run_until(41s);
    ASSERT_EQ(bench.sip_to(proxy2).back().sip.method, "INVITE");
    EXPECT_EQ(bench.call_state(), "talking");
    for (const auto& sent : bench.sip_to(proxy1)) EXPECT_EQ(sent.sip.method, "REGISTER");
}

TEST(Outbound, TakesTheOtherFlowWhenOneIsSaidToHaveFailed) {  // RFC-5626-07
    PhoneBench bench(two_proxies());
    bench.servers[proxy1] = [](const wire::SipMessage& request) {
        return request.method == "INVITE" ? std::optional(answer(request, 430)) : edge()(request);
    };
    bench.servers[proxy2] = edge();
    bench.power_on();
    bench.run_until(1s);
    bench.input(phone::Dial{1, "2000"});
    bench.run_until(2s);
    EXPECT_EQ(bench.call_state(), "talking");
    const auto over_second = bench.sip_to(proxy2);
    EXPECT_TRUE(std::ranges::any_of(over_second,
                                    [](const Sent& sent) { return sent.sip.method == "INVITE"; }));
}

TEST(Outbound, SaysInADialogThatRequestsComeOverTheFlow) {
    PhoneBench bench(outbound_config());
    bench.servers[primary] = edge();
    bench.power_on();
    bench.run_until(1s);
    bench.input(phone::Dial{1, "2000"});
    bench.run_until(2s);
    for (const auto& sent : bench.sip()) {
        if (sent.sip.contact.empty()) continue;
        EXPECT_EQ(contact_of(sent).uri.ends_with(";ob"), sent.sip.method != "REGISTER");
    }
}

TEST(Outbound, RegistersWithoutItWhereTheFirstHopHasNone) {  // RFC-5626-07
    PhoneBench bench(outbound_config());
    bench.servers[primary] = [](const wire::SipMessage& request) {
        return request.contact.front().param("reg-id") ? answer(request, 439) : ok(request);
    };
    bench.power_on();
    bench.run_until(300s);
    ASSERT_EQ(bench.sip().size(), 2U);
    EXPECT_FALSE(contact_of(bench.sip()[1]).param("reg-id"));
    EXPECT_EQ(bench.sip()[1].sip.find("Supported"), nullptr);
    EXPECT_EQ(bench.line_state(), "registered");
    EXPECT_TRUE(bench.pings().empty());
}

TEST(KeepAlive, ComesWithinTheFlowTimer) {  // RFC-5626-03
    PhoneBench bench(outbound_config());
    bench.servers[primary] = edge(30);
    bench.power_on();
    bench.run_until(600s);
    ASSERT_GE(bench.pings().size(), 20U);
    std::set<wire::Duration> different;
    for (const auto gap : gaps(bench.pings())) {
        EXPECT_GE(gap, 24s);
        EXPECT_LE(gap, 30s + 2ms);  // and the way of ping and pong
        different.insert(gap);
    }
    EXPECT_GT(different.size(), 5U);
}

TEST(KeepAlive, ComesAsOftenAsTheRfcAdvises) {  // RFC-5626-04, RFC-5626-05
    PhoneBench udp(outbound_config());
    udp.servers[primary] = edge();
    udp.power_on();
    udp.run_until(600s);
    ASSERT_GE(udp.pings().size(), 20U);
    for (const auto gap : gaps(udp.pings())) EXPECT_TRUE(gap >= 24s && gap <= 29s + 2ms);
    PhoneBench tcp(outbound_config("account.1.transport = tcp\n"));
    tcp.servers[primary] = edge();
    tcp.power_on();
    tcp.run_until(1200s);
    ASSERT_GE(tcp.pings().size(), 9U);
    for (const auto gap : gaps(tcp.pings())) EXPECT_TRUE(gap >= 95s && gap <= 120s + 2ms);
}

TEST(KeepAlive, ComesAsOftenAsConfigured) {
    PhoneBench bench(outbound_config("account.1.keep_alive = 10\n"));
    bench.servers[primary] = switchboard();  // that says nothing of SIP outbound
    bench.power_on();
    bench.run_until(100s);
    ASSERT_EQ(bench.pings().size(), 9U);
    for (const auto gap : gaps(bench.pings())) EXPECT_TRUE(gap >= 10s && gap <= 10s + 2ms);
}

TEST(KeepAlive, GoesToNobodyWhoHasNotSaidThatHeAnswersIt) {
    PhoneBench bench(outbound_config());
    bench.servers[primary] = switchboard();
    bench.power_on();
    bench.run_until(600s);
    EXPECT_TRUE(bench.pings().empty());
}

TEST(KeepAlive, WithoutPongForTenSecondsTheConnectionIsReplaced) {  // RFC-5626-04
    PhoneBench bench(outbound_config("account.1.transport = tcp\naccount.1.keep_alive = 20\n"));
    bench.servers[primary] = edge();
    bench.power_on();
    bench.run_until(1s);
    bench.mute.insert(primary);
    bench.run_until(21s);
    ASSERT_EQ(bench.pings().size(), 1U);
    const auto ping = bench.pings()[0].at;
    bench.run_before(ping + 10s);
    EXPECT_EQ(bench.sip().size(), 1U);
    EXPECT_TRUE(bench.closed().empty());
    bench.run_until(ping + 10s + 5ms);
    EXPECT_EQ(bench.closed().size(), 1U);
    EXPECT_EQ(bench.opened().size(), 2U) << "a new connection, though the old one was not closed";
    ASSERT_EQ(bench.sip().size(), 2U);
    EXPECT_EQ(contact_of(bench.sip()[1]).param("reg-id"), "1");
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST(KeepAlive, WithAPongJustInTimeTheFlowStays) {
    PhoneBench bench(outbound_config("account.1.transport = tcp\naccount.1.keep_alive = 20\n"));
    bench.servers[primary] = edge();
    bench.power_on();
    bench.run_until(1s);
    bench.mute.insert(primary);
    bench.run_until(21s);
    const auto ping = bench.pings().at(0).at;
    bench.at(ping + 10s - 1ms, [&] { bench.input(phone::StreamReceived{1, "\r\n"}); });
    bench.run_until(ping + 11s);
    EXPECT_TRUE(bench.closed().empty());
    EXPECT_EQ(bench.sip().size(), 1U);
}

TEST(KeepAlive, GivesUpAfterSevenStunRequests) {  // RFC-5626-05
    PhoneBench bench(outbound_config("account.1.keep_alive = 10\n"));
    bench.servers[primary] = edge();
    bench.power_on();
    bench.run_until(1s);
    bench.mute.insert(primary);
    bench.run_until(60s);
    ASSERT_GE(bench.pings().size(), 7U);
    const auto first = bench.pings()[0].at;
    const std::vector<wire::Duration> times{0s, 500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms};
    for (std::size_t i = 0; i < times.size(); ++i) {
        EXPECT_EQ(bench.pings()[i].at - first, times[i]);
        EXPECT_EQ(bench.pings()[i].bytes, bench.pings()[0].bytes);
    }
    ASSERT_EQ(bench.sip().size(), 2U);
    EXPECT_EQ(bench.sip()[1].at - first, 39500ms);
}

TEST(KeepAlive, FindsThatThePhoneIsSeenElsewhere) {  // RFC-5626-05
    PhoneBench bench(outbound_config("account.1.keep_alive = 10\n"));
    bench.servers[primary] = edge();
    bench.power_on();
    bench.run_until(25s);
    EXPECT_EQ(bench.sip().size(), 1U);
    bench.mapped.port = 40123;
    bench.run_until(35s);
    EXPECT_EQ(bench.sip().size(), 2U);
    bench.run_until(100s);
    EXPECT_EQ(bench.sip().size(), 2U) << "the new flow is seen at one place";
}

TEST(KeepAlive, TakesAnIcmpErrorAsTheEndOfTheFlow) {  // RFC-5626-05
    PhoneBench bench(outbound_config("account.1.keep_alive = 10\n"));
    bench.servers[primary] = edge();
    bench.power_on();
    bench.run_until(10s + 1ms);
    ASSERT_EQ(bench.pings().size(), 1U);
    bench.refuse(bench.pings()[0]);
    bench.run_until(11s);
    EXPECT_EQ(bench.sip().size(), 2U);
}

TEST(KeepAlive, MindsNoForeignAnswer) {
    PhoneBench bench(outbound_config("account.1.keep_alive = 10\n"));
    bench.servers[primary] = edge();
    bench.mute.insert(primary);
    bench.power_on();
    bench.run_until(10s + 1ms);
    const auto request = *wire::parse_stun(bench.pings().at(0).bytes);
    using Kind = wire::StunMessage::Kind;
    const auto say = [&](Kind kind, const std::string& id, const std::string& from) {
        bench.deliver_bytes(serialise(wire::StunMessage{kind, id, {}}), endpoint(from), 5060);
    };
    say(Kind::success, "another-one.", primary);
    say(Kind::success, request.transaction, secondary);
    say(Kind::request, request.transaction, primary);
    bench.deliver_bytes(bench.pings()[0].bytes.substr(0, 12), endpoint(primary), 5060);
    bench.run_until(60s);
    EXPECT_EQ(bench.sip().size(), 2U) << "the flow has failed all the same";
    bench.mute.clear();
}

// The upper bound doubles, half of it by chance; how long depends on whether another flow works.
TEST(FlowRecovery, WaitsLongerAndLonger) {  // RFC-5626-06
    for (unsigned seed = 1; seed <= 20; ++seed) {
        PhoneBench bench(outbound_config(), seed);
        bench.power_on();
        bench.run_until(3600s);
        std::vector<wire::Duration> begun;
        std::set<std::string> branches;
        for (const auto& sent : bench.sip())
            if (branches.insert(sent.branch()).second) begun.push_back(sent.at);
        ASSERT_GE(begun.size(), 5U);
        auto bound = 60s;
        for (std::size_t i = 1; i < begun.size(); ++i, bound = std::min(bound * 2, 1800s)) {
            const auto wait = begun[i] - begun[i - 1] - 32s;  // a REGISTER's Timer F
            EXPECT_GE(wait, bound / 2) << i;
            EXPECT_LE(wait, bound) << i;
        }
    }
}

TEST(FlowRecovery, TakesItsTimeWhileAnotherFlowWorks) {  // RFC-5626-06
    for (unsigned seed = 1; seed <= 20; ++seed) {
        PhoneBench bench(two_proxies(), seed);
        bench.servers[proxy2] = edge();
        bench.power_on();
        bench.run_until(300s);
        const auto tries = bench.sip_to(proxy1);
        const auto second = std::ranges::find_if(
            tries, [&](const Sent& sent) { return sent.branch() != tries[0].branch(); });
        ASSERT_NE(second, tries.end());
        EXPECT_GE(second->at - 32s, 90s);
        EXPECT_LE(second->at - 32s, 180s);
    }
}

TEST(OutboundConfig, TellsWhatHasNoEffect) {
    const auto loaded = config::load(config::Vendor::generic, "phone.cfg",
                                     "account.1.user = 1001\naccount.1.registrar = 192.0.2.11\n"
                                     "account.1.outbound_proxy = 192.0.2.21\n"
                                     "account.1.second_outbound_proxy = 192.0.2.22\n");
    ASSERT_EQ(loaded.warnings.size(), 1U);
    EXPECT_THAT(loaded.warnings[0].text, HasSubstr("account.1.outbound"));
    EXPECT_EQ(loaded.config.accounts[0].outbound_proxies.size(), 1U);
}

}  // namespace
}  // namespace twinline::test
