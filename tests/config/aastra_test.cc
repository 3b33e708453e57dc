// Aastra's files: where each value goes, what a line takes from the global parameters, which values
// are permitted (AA-BPR-06, AA-SRV-06, EXT-AA-PAR-01 to EXT-AA-PAR-05).
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Loaded aastra(std::string_view text) { return load(Vendor::aastra, "aastra.cfg", text, {}); }

constexpr std::string_view office = R"(# The file of the office
dhcp: 1
sip proxy ip: pbx.test
sip proxy port: 0
sip backup proxy ip: backup.test
sip backup proxy port: 5070
sip registrar ip: reg.test
sip backup registrar ip: 192.0.2.17
sip registration period: 120
sip transport protocol: 2
sip transaction timer: 8000
sip blacklist duration: 0
!Sip  Line1 user name: "1001"
sip line1 password: correct-horse-1001
sip line2 user name: 1002
sip line2 backup proxy ip: other.test
sip line2 explicit mwi subscription: 1
softkey3 type: blf
softkey3 value: 1009
softkey3 line: 2
dns1: 192.0.2.2
)";

TEST(AastraConfig, puts_lines_together_from_their_own_and_the_global_parameters) {
    const auto loaded = aastra(office);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings), IsEmpty());
    EXPECT_THAT(loaded.ignored, ElementsAre("dhcp"));
    ASSERT_EQ(loaded.config.accounts.size(), 2U);
    const auto& one = loaded.config.accounts[0];
    const auto& two = loaded.config.accounts[1];
    EXPECT_EQ(one.user, "1001");
    EXPECT_EQ(one.password, "correct-horse-1001");
    ASSERT_EQ(one.servers.size(), 2U);
    EXPECT_EQ(one.servers[0].host, "pbx.test");
    EXPECT_EQ(one.servers[0].port, 0);
    EXPECT_EQ(one.servers[0].transport, TransportChoice::tcp);
    EXPECT_EQ(one.servers[1].host, "backup.test");
    EXPECT_EQ(one.servers[1].port, 5070);
    ASSERT_EQ(one.registrars.size(), 2U);
    EXPECT_EQ(one.registrars[0].expires, 120s);
    EXPECT_EQ(one.registrars[1].host, "192.0.2.17");
    EXPECT_EQ(one.silence_limit, 8000ms);
    EXPECT_EQ(one.avoidance, 0s);
    EXPECT_THAT(one.subscriptions, IsEmpty());
    EXPECT_EQ(two.servers[1].host, "other.test");
    EXPECT_EQ(two.servers[1].port, 5070);  // the global one
    ASSERT_EQ(two.subscriptions.size(), 2U);
    EXPECT_EQ(two.subscriptions[0].package, EventPackage::message_summary);
    EXPECT_EQ(two.subscriptions[1].user, "1009");
    ASSERT_EQ(loaded.config.dns_servers.size(), 1U);
}

TEST(AastraConfig, takes_an_address_of_zeros_for_none) {
    const auto loaded = aastra(
        "sip user name: 1001\nsip proxy ip: pbx.test\nsip backup proxy ip: 0.0.0.0\n"
        "sip registrar ip: 0.0.0.0\n");
    ASSERT_EQ(loaded.config.accounts.size(), 1U);
    EXPECT_EQ(loaded.config.accounts[0].servers.size(), 1U);
    EXPECT_FALSE(loaded.config.accounts[0].registers);
}

TEST(AastraConfig, knows_the_defaults_and_clamps) {
    const auto loaded = aastra(
        "sip user name: 1001\nsip proxy ip: pbx.test\nsip registration timeout retry timer: 5\n");
    const auto& account = loaded.config.accounts.at(0);
    EXPECT_EQ(account.silence_limit, 4000ms);
    EXPECT_EQ(account.avoidance, 300s);
    EXPECT_EQ(account.registration.after_refusal, 1800s);
    EXPECT_EQ(account.registration.after_timeout, 30s);
    EXPECT_EQ(account.registration.renewal_lead, 15s);
    EXPECT_THAT(lines(loaded.warnings), ElementsAre(HasSubstr("acts as 30")));
}

TEST(AastraConfig, says_every_error_of_a_file) {
    const auto loaded = aastra(
        "sip user name: 1001\nsip transaction timer: 3000\nsip line10 proxy ip: a.test\n"
        "sip proxy port: 65536\nno sign here\nsip dns query type: 3\nsip prxy ip: a.test\n");
    EXPECT_THAT(lines(loaded.errors),
                ElementsAre(HasSubstr("has a user name and no server"),
                            HasSubstr("aastra.cfg:2: sip transaction timer = 3000: permitted is an "
                                      "integer from 4000 to 64000"),
                            HasSubstr("aastra.cfg:3: sip line10 proxy ip: permitted are sip line1 "
                                      "proxy ip to sip line9 proxy ip"),
                            HasSubstr("aastra.cfg:4: sip proxy port = 65536"),
                            HasSubstr("aastra.cfg:5: not an assignment: permitted is key: value"),
                            HasSubstr("aastra.cfg:6: sip dns query type = 3")));
    EXPECT_THAT(lines(loaded.warnings), ElementsAre(HasSubstr("is sip proxy ip meant?")));
}

TEST(AastraConfig, lets_the_later_line_count) {
    const auto loaded = aastra("sip user name: 1001\nsip proxy ip: a.test\nsip proxy ip: b.test\n");
    EXPECT_EQ(loaded.config.accounts.at(0).servers[0].host, "b.test");
}

}  // namespace
}  // namespace twinline::config
