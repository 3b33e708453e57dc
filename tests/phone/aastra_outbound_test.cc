// Aastra's flows (SIP outbound enabled) in virtual time: AA-OBP-02 to AA-OBP-04, EXT-AA-OUT-01 to
// EXT-AA-OUT-06.
#include "tests/phone/aastra_bench.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

const std::string on = "sip outbound support: 1\n";
const std::string over_tcp = "sip transport protocol: 2\nsip outbound keep alive timer: 20\n";

std::optional<std::string> reg_id(const Sent& sent) {
    return sent.sip.contact.front().param("reg-id");
}

struct AastraTransports : ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OfTheParameter, AastraTransports, ::testing::Values(1, 2, 4));

TEST_P(AastraTransports, HaveFlowsThatAreKeptAlive) {  // AA-OBP-02, AA-OBP-03, EXT-AA-TR-01
    AastraPhone phone(aastra_config("proxy-and-registrar", on +
                                                               "sip outbound keep alive timer: 15\n"
                                                               "sip transport protocol: " +
                                                               std::to_string(GetParam()) + "\n"));
    phone.bench.power_on();
    phone.run(100s);
    ASSERT_FALSE(phone.bench.sip().empty());
    EXPECT_EQ(reg_id(phone.bench.sip()[0]), "1");
    EXPECT_TRUE(phone.bench.sip()[0].sip.contact.front().param("+sip.instance"));
    std::vector<wire::Duration> to_registrar;
    for (const auto& ping : phone.bench.pings())
        if (ping.host() == at("R")) to_registrar.push_back(ping.at);
    ASSERT_EQ(to_registrar.size(), 6U);
    for (std::size_t i = 1; i < to_registrar.size(); ++i)
        EXPECT_NEAR(static_cast<double>((to_registrar[i] - to_registrar[i - 1]).count()), 15e9,
                    5e6);
}

TEST(AastraOutbound, OpensAFlowToTheBackupAndComesHome) {  // AA-OBP-04, EXT-AA-OUT-02
    AastraPhone phone(aastra_config("proxy-and-registrar", on + over_tcp));
    phone.bench.power_on();
    phone.run(5s);
    phone.silence("R");
    phone.run(16s);
    ASSERT_EQ(phone.bench.sip_to(at("RB")).size(), 0U);
    Sent ping;
    for (const auto& each : phone.bench.pings())
        if (each.host() == at("R")) ping = each;
    phone.bench.run_until(ping.at + 10s + 10ms);
    ASSERT_EQ(phone.bench.sip_to(at("RB")).size(), 1U) << "10 s after the ping";
    EXPECT_EQ(reg_id(phone.bench.sip_to(at("RB"))[0]), "2");
    EXPECT_EQ(phone.bench.line_server(), at("RB"));
    phone.run(120s);
    phone.heal("R");
    const auto healed = phone.bench.now();
    while (phone.bench.line_server() != at("R") && phone.bench.now() < healed + 1800s)
        phone.run(1s);
    phone.run(5s);
    EXPECT_EQ(phone.bench.line_server(), at("R"));
    EXPECT_EQ(phone.bench.line_state(), "registered") << "what is removed is no news for the user";
    const auto left = phone.bench.sip_to(at("RB")).back();
    EXPECT_EQ(left.sip.expires, 0U) << "the registration at the backup is removed";
    EXPECT_EQ(reg_id(left), "2");
    EXPECT_GT(left.at, healed);
}

TEST(AastraOutbound, RegistersAtTheBackupWhenTheFirstIsDeadAtBoot) {  // EXT-AA-OUT-02
    AastraPhone phone(aastra_config("proxy-and-registrar", on));
    phone.silence("R");
    phone.bench.power_on();
    phone.run(33s);
    EXPECT_EQ(phone.bench.line_server(), at("RB"));
}

TEST(AastraOutbound, MovesEverythingWithItsOutboundProxy) {  // EXT-AA-OUT-04
    AastraPhone phone(aastra_config("all-three", on + over_tcp));
    phone.bench.power_on();
    phone.run(5s);
    phone.silence("OP1");
    phone.run(30s);
    const auto over_backup = phone.first_sends("REGISTER", 5s);
    ASSERT_FALSE(over_backup.empty());
    EXPECT_EQ(over_backup.back().host(), at("OP2"));
    EXPECT_EQ(over_backup.back().sip.to.uri, "sip:1001@192.0.2.12") << "the backup's user";
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(1s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    EXPECT_EQ(phone.first_sends("INVITE", 30s).front().host(), at("OP2")) << "not the dead one";
    phone.bench.input(phone::HangUp{});
    phone.heal("OP1");
    phone.run(1800s);
    EXPECT_EQ(phone.bench.line_server(), at("OP1"));
}

TEST(AastraOutbound, UsesTheBackupOutboundProxyAlone) {  // EXT-AA-OUT-05
    AastraPhone phone(aastra_config("outbound-proxy", on + over_tcp));
    phone.bench.power_on();
    phone.run(5s);
    phone.silence("OP1");
    phone.run(30s);
    EXPECT_EQ(phone.bench.line_server(), at("OP2"));
    EXPECT_EQ(phone.first_sends("REGISTER", 5s).back().sip.to.uri, "sip:1001@192.0.2.11");
}

TEST(AastraOutbound, TurnsToTheBackupProxyWhileItsRegistrarLives) {  // EXT-AA-OUT-03
    AastraPhone phone(
        aastra_config("proxy-and-registrar", on + over_tcp + "sip explicit mwi subscription: 1\n"));
    phone.bench.power_on();
    phone.run(5s);
    EXPECT_EQ(phone.first_sends("SUBSCRIBE", 0s).back().host(), at("A"));
    phone.silence("A");
    phone.run(60s);
    const auto renamed = phone.first_sends("REGISTER", 5s);
    ASSERT_EQ(renamed.size(), 1U);
    EXPECT_EQ(renamed[0].host(), at("R")) << "the registrar in use";
    EXPECT_EQ(renamed[0].sip.to.uri, "sip:1001@192.0.2.12");
    EXPECT_EQ(phone.first_sends("SUBSCRIBE", 5s).back().host(), at("B"));
    phone.heal("A");
    const auto healed = phone.bench.now();
    phone.run(1800s);
    const auto back = phone.first_sends("REGISTER", healed);
    ASSERT_FALSE(back.empty());
    EXPECT_EQ(back[0].sip.to.uri, "sip:1001@192.0.2.11");
    EXPECT_EQ(phone.first_sends("SUBSCRIBE", healed).back().host(), at("A"));
}

TEST(AastraOutbound, IsOffByDefault) {  // EXT-AA-OUT-06
    AastraPhone phone(aastra_config("proxy-and-registrar"));
    phone.bench.power_on();
    phone.run(300s);
    EXPECT_FALSE(reg_id(phone.bench.sip()[0]));
    EXPECT_TRUE(phone.bench.pings().empty());
}

}  // namespace
}  // namespace twinline::test
