// AudioCodes' redundant proxy by address (EXT-AC-01 to EXT-AC-03), in virtual time.
#include "reference_impl/config/loader.hh"
#include "tests/phone/audiocodes_bench.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

config::PhoneConfig redundant(std::string_view more = {}) {
    return config::load(config::Vendor::audiocodes, "phone.cfg",
                        "voip/line/0/enabled=1\nvoip/line/0/id=1001\n"
                        "voip/signalling/sip/proxy_address=192.0.2.11\n"
                        "voip/signalling/sip/outgoing_request_no_response_timeout_ms=4000\n"
                        "voip/signalling/sip/use_redundant_proxy=1\n"
                        "voip/signalling/sip/redundant_proxy/addr=192.0.2.12\n"
                        "voip/signalling/sip/redundant_proxy/keepalive_period=10\n" +
                            std::string(more))
        .config;
}

const std::string symmetric = "voip/signalling/sip/redundant_proxy/symmetric_mode=1\n";

struct Redundant : ::testing::Test {
    std::unique_ptr<PhoneBench> bench;

    void boot(config::PhoneConfig config) {
        bench = std::make_unique<PhoneBench>(std::move(config));
        bench->servers[primary] = bench->servers[secondary] = switchboard();
        bench->power_on();
    }
    void silence(const std::string& host) { bench->servers.erase(host); }
    void heal(const std::string& host) { bench->servers[host] = switchboard(); }
    std::vector<Sent> questions(const std::string& host, wire::Duration since = 0s) const {
        std::vector<Sent> some;
        for (const auto& sent : bench->sip_to(host))
            if (sent.sip.method == "OPTIONS" && sent.at >= since) some.push_back(sent);
        return some;
    }
};

TEST_F(Redundant, IsWatchedAtTheInterval) {  // EXT-AC-01, EXT-AC-03
    boot(redundant());
    bench->run_until(60s);
    const auto asked = questions(primary);
    ASSERT_EQ(asked.size(), 5U);
    for (std::size_t i = 1; i < asked.size(); ++i) EXPECT_EQ(asked[i].at - asked[i - 1].at, 10s);
    EXPECT_TRUE(bench->sip_to(secondary).empty());
}

TEST_F(Redundant, IsUsedOnceTheKeepAliveIsNotAnswered) {  // EXT-AC-01
    boot(redundant());
    bench->run_until(5s);
    silence(primary);
    bench->run_before(14s);
    EXPECT_TRUE(bench->sip_to(secondary).empty());
    bench->run_until(14s + 10ms);  // the question of 10 s, and 4 s without an answer
    EXPECT_EQ(bench->line_server(), secondary);
    bench->input(phone::Dial{1, "2000"});
    bench->run_until(15s);
    EXPECT_EQ(bench->call_state(), "talking") << "calls go where the phone is registered";
}

TEST_F(Redundant, GivesWayToThePrimaryThatAnswersAgain) {  // EXT-AC-01, asymmetric
    boot(redundant());
    bench->run_until(5s);
    silence(primary);
    bench->run_until(60s);
    EXPECT_GE(questions(primary, 16s).size(), 3U) << "the primary is asked all the time";
    EXPECT_TRUE(questions(secondary).empty());
    heal(primary);
    bench->run_until(71s);
    EXPECT_EQ(bench->line_server(), primary);
}

TEST_F(Redundant, StaysWhereItIsInSymmetricMode) {  // EXT-AC-01
    boot(redundant(symmetric));
    bench->run_until(5s);
    silence(primary);
    bench->run_until(30s);
    EXPECT_EQ(bench->line_server(), secondary);
    heal(primary);
    bench->run_until(4000s);  // over a renewal
    EXPECT_EQ(bench->line_server(), secondary);
    EXPECT_TRUE(questions(primary, 30s).empty()) << "only the proxy in use is asked";
    silence(secondary);
    bench->run_until(4020s);
    EXPECT_EQ(bench->line_server(), primary);
}

TEST_F(Redundant, IsTriedInTurnUntilOneAccepts) {  // EXT-AC-02
    boot(redundant());
    silence(primary);
    silence(secondary);
    bench->run_until(30s);
    std::vector<std::string> hosts;
    std::set<std::string> seen;
    for (const auto& sent : bench->sip())
        if (sent.sip.method == "REGISTER" && seen.insert(sent.branch()).second)
            hosts.push_back(sent.host());
    ASSERT_GE(hosts.size(), 4U);
    for (std::size_t i = 1; i < hosts.size(); ++i) EXPECT_NE(hosts[i], hosts[i - 1]) << i;
}

TEST_F(Redundant, IsTriedFirstAfterARebootWhereItWasTriedLast) {  // EXT-AC-02
    boot(redundant());
    bench->run_until(5s);
    silence(primary);
    bench->run_until(30s);
    EXPECT_EQ(bench->line_server(), secondary);
    heal(primary);
    const auto before = bench->sip().size();
    bench->power_on();
    bench->run_until(31s);
    ASSERT_GT(bench->sip().size(), before);
    EXPECT_EQ(bench->sip()[before].host(), secondary);
}

TEST_F(Redundant, IsOffWithoutTheParameterAndWithoutAnAddress) {  // EXT-AC-03
    EXPECT_FALSE(redundant("voip/signalling/sip/use_redundant_proxy=0\n").accounts[0].redundant);
    EXPECT_FALSE(
        redundant("voip/signalling/sip/redundant_proxy/addr=0.0.0.0\n").accounts[0].redundant);
    const auto config = redundant();
    ASSERT_TRUE(config.accounts[0].redundant);
    EXPECT_EQ(config.accounts[0].redundant->server.port, 5060);
    EXPECT_FALSE(config.accounts[0].redundant->symmetric);
}

}  // namespace
}  // namespace twinline::test
