// Aastra's backup proxy and registrar in virtual time, just before and at each timer (AA-BPR-01 to
// AA-BPR-06, AA-OBP-13, AA-OBP-14, AA-OBP-22, AA-OBP-32, EXT-AA-PAR-02 to EXT-AA-PAR-04,
// EXT-AA-BL-01).
#include "tests/phone/aastra_bench.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

const std::string row1 = "proxy-and-registrar";

TEST(AastraBackup, RegistersAtTheBackupWhenTheTransactionEnds) {  // AA-BPR-02
    AastraPhone phone(aastra_config(row1));
    phone.silence("R");
    phone.bench.power_on();
    phone.bench.run_before(32s);
    EXPECT_TRUE(phone.bench.sip_to(at("RB")).empty());
    phone.bench.run_until(32s);
    ASSERT_EQ(phone.bench.sip_to(at("RB")).size(), 1U);
    phone.run(1s);
    EXPECT_EQ(phone.bench.line_state(), "registered");  // AA-BPR-01
    const auto asked = phone.bench.sip_to(at("RB"))[0].sip;
    EXPECT_NE(asked.call_id, phone.bench.sip_to(at("R"))[0].sip.call_id);
    EXPECT_EQ(asked.to.uri, "sip:1001@192.0.2.11");
}

TEST(AastraBackup, RegistersThereAfterTheTransactionTimer) {  // EXT-AA-PAR-03
    AastraPhone phone(aastra_config(row1, "sip transaction timer: 8000\n"),
                      {{"aastra-give-up", "transaction-timer"}});
    phone.silence("R");
    phone.bench.power_on();
    phone.bench.run_before(8s);
    EXPECT_TRUE(phone.bench.sip_to(at("RB")).empty());
    phone.bench.run_until(8s);
    EXPECT_EQ(phone.bench.sip_to(at("RB")).size(), 1U);
}

TEST(AastraBackup, RenewsAtThePrimaryFirst) {  // AA-BPR-03, EXT-AA-PAR-04
    AastraPhone phone(aastra_config(row1));
    phone.silence("R");
    phone.bench.power_on();
    phone.run(40s);
    const auto bound = phone.bench.sip_to(at("RB")).back().at + 1ms;
    phone.heal("R");
    const auto before = phone.bench.sip_to(at("R")).size();
    phone.bench.run_before(bound + 285s);  // 15 s before the binding ends
    EXPECT_EQ(phone.bench.sip_to(at("R")).size(), before);
    phone.bench.run_until(bound + 286s);
    EXPECT_EQ(phone.bench.sip_to(at("R")).size(), before + 1);
    EXPECT_EQ(phone.bench.line_server(), at("R"));
    EXPECT_EQ(phone.bench.sip_to(at("RB")).size(), 1U);
}

TEST(AastraBackup, LooksForThePrimaryByItselfWhereTheReadingSaysSo) {  // return-detection
    AastraPhone phone(aastra_config(row1), {{"return-detection", "own-probe"}});
    phone.silence("R");
    phone.bench.power_on();
    phone.run(40s);
    phone.heal("R");
    const auto bound = phone.bench.sip_to(at("RB")).back().at + 1ms;
    phone.bench.run_until(bound + 121s);
    EXPECT_EQ(phone.bench.line_server(), at("R"));
}

TEST(AastraBackup, LeavesARefusalWhereItIs) {  // EXT-AA-PAR-04
    AastraPhone phone(aastra_config(row1, "sip registration retry timer: 30\n"));
    phone.bench.servers[at("R")] = always(403);
    phone.bench.power_on();
    phone.bench.run_before(30s);
    EXPECT_EQ(phone.bench.sip_to(at("R")).size(), 1U);
    phone.run(1s);
    EXPECT_EQ(phone.bench.sip_to(at("R")).size(), 2U);
    EXPECT_TRUE(phone.bench.sip_to(at("RB")).empty());
}

TEST(AastraBackup, WaitsAfterSilenceAsConfigured) {  // EXT-AA-PAR-04
    AastraPhone phone(aastra_config(row1, "sip registration timeout retry timer: 45\n"));
    phone.silence("R");
    phone.silence("RB");
    phone.bench.power_on();
    phone.bench.run_before(64s + 45s);
    EXPECT_EQ(phone.first_sends("REGISTER", 0s).size(), 2U);
    phone.run(1s);
    EXPECT_EQ(phone.first_sends("REGISTER", 0s).size(), 3U);
    EXPECT_EQ(phone.first_sends("REGISTER", 0s).back().host(), at("R"));
}

TEST(AastraBackup, KnowsNoBackupAtZeros) {  // EXT-AA-PAR-02
    AastraPhone phone(aastra_config(row1, "sip backup registrar ip: 0.0.0.0\n"));
    phone.silence("R");
    phone.bench.power_on();
    phone.run(100s);
    EXPECT_TRUE(phone.bench.sip_to(at("RB")).empty());
    EXPECT_TRUE(phone.bench.sip_to(at("B")).empty());
}

TEST(AastraBackup, AvoidsASilentServerWhereTheReadingSaysSo) {  // EXT-AA-BL-01
    for (const bool blacklisted : {false, true}) {
        AastraPhone phone(
            aastra_config(row1, "sip blacklist duration: 60\n"),
            {{"primary-first-against-blacklist", blacklisted ? "blacklisted" : "primary-first"}});
        phone.bench.power_on();
        phone.run(10s);
        phone.silence("A");
        phone.bench.input(phone::Dial{1, "2000"});
        phone.run(40s);
        phone.bench.input(phone::HangUp{});
        phone.heal("A");
        phone.run(2s);
        const auto since = phone.bench.now();
        phone.bench.input(phone::Dial{1, "2000"});
        phone.run(2s);
        EXPECT_EQ(phone.first_sends("INVITE", since).front().host(), at(blacklisted ? "B" : "A"));
        phone.bench.input(phone::HangUp{});
        phone.run(60s);
        const auto later = phone.bench.now();
        phone.bench.input(phone::Dial{1, "2000"});
        phone.run(2s);
        EXPECT_EQ(phone.first_sends("INVITE", later).front().host(), at("A"));
    }
}

TEST(AastraBackup, TriesTheFirstOfAllThatAreAvoided) {  // EXT-AA-BL-01
    AastraPhone phone(aastra_config(row1, "sip blacklist duration: 300\n"),
                      {{"primary-first-against-blacklist", "blacklisted"}});
    phone.bench.power_on();
    phone.run(10s);
    phone.silence("A");
    phone.silence("B");
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(70s);
    const auto since = phone.bench.now();
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(1s);
    ASSERT_FALSE(phone.first_sends("INVITE", since).empty());
    EXPECT_EQ(phone.first_sends("INVITE", since).front().host(), at("A"));
}

TEST(AastraBackup, HasABackupOfItsOwnForALine) {  // AA-BPR-06
    AastraPhone phone(aastra_config(
        row1, "sip line2 user name: 1002\nsip line2 backup registrar ip: 192.0.2.22\n"));
    phone.silence("R");
    phone.bench.power_on();
    phone.run(40s);
    ASSERT_EQ(phone.bench.sip_to(at("RB")).size(), 1U);
    EXPECT_EQ(phone.bench.sip_to(at("RB"))[0].sip.to.uri, "sip:1001@192.0.2.11");
    ASSERT_EQ(phone.bench.sip_to(at("OP2")).size(), 1U);
    EXPECT_EQ(phone.bench.sip_to(at("OP2"))[0].sip.to.uri, "sip:1002@192.0.2.11");
}

TEST(AastraBackup, GoesBackUnderTheNameOfThePrimaryProxy) {  // AA-OBP-14
    AastraPhone phone(aastra_config(row1));
    phone.bench.power_on();
    phone.run(10s);
    phone.silence("A");
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(40s);
    EXPECT_EQ(sent(phone.bench, "REGISTER").back().sip.to.uri, "sip:1001@192.0.2.12");
    phone.bench.input(phone::HangUp{});
    phone.heal("A");
    phone.run(2s);
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(2s);
    EXPECT_EQ(sent(phone.bench, "REGISTER").back().sip.to.uri, "sip:1001@192.0.2.11");
    EXPECT_EQ(sent(phone.bench, "REGISTER").back().host(), at("R"));
}

TEST(AastraBackup, ReturnsToTheRegistrarUnderTheNameInUse) {  // AA-OBP-13
    AastraPhone phone(aastra_config(row1));
    phone.silence("R");
    phone.silence("A");
    phone.bench.power_on();
    phone.run(40s);
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(40s);
    phone.bench.input(phone::HangUp{});
    phone.heal("R");
    phone.run(300s);
    EXPECT_EQ(sent(phone.bench, "REGISTER").back().host(), at("R"));
    EXPECT_EQ(sent(phone.bench, "REGISTER").back().sip.to.uri, "sip:1001@192.0.2.12");
}

TEST(AastraBackup, TakesEverythingBackToTheFirstOutboundProxy) {  // AA-OBP-22, AA-OBP-32
    for (const std::string row : {"all-three", "outbound-proxy"}) {
        AastraPhone phone(aastra_config(row));
        phone.bench.power_on();
        phone.run(10s);
        phone.silence("OP1");
        phone.bench.input(phone::Dial{1, "2000"});
        phone.run(40s);
        phone.bench.input(phone::HangUp{});
        EXPECT_EQ(phone.bench.line_server(), at("OP2")) << row;
        phone.heal("OP1");
        phone.run(300s);
        EXPECT_EQ(phone.bench.line_server(), at("OP1")) << row;
        EXPECT_EQ(sent(phone.bench, "REGISTER").back().sip.to.uri, "sip:1001@192.0.2.11");
    }
}

TEST(AastraBackup, TakesA503OfTheOutboundProxyAsTheReadingsSay) {
    struct Case {
        std::string row, reading, value;
        bool moves;
    };
    for (const auto& [row, reading, value, moves] :
         {Case{"all-three", "connection-failure-signal", "answer-counts", true},
          Case{"all-three", "connection-failure-signal", "silence-only", false},
          Case{"outbound-proxy", "outbound-only-failure", "outbound-proxy", false},
          Case{"outbound-proxy", "outbound-only-failure", "proxy-behind", true}}) {
        AastraPhone phone(aastra_config(row), {{reading, value}});
        phone.bench.servers[at("OP1")] = always(503);
        phone.bench.power_on();
        phone.run(5s);
        EXPECT_EQ(!phone.bench.sip_to(at("OP2")).empty(), moves) << reading << "=" << value;
    }
}

}  // namespace
}  // namespace twinline::test
