// The generic profile's parameters: where each value goes, and which values are permitted.
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view whole_generic_file = R"(#!version:1.0.0.1
# The phone on the second floor
account.1.user = 1001
account.1.display_name = Alice  Smith # 1
account.1.auth_user = alice
account.1.password = s3 = cret
account.1.domain = example.test
account.1.registrar = pbx.test
account.1.port = 5080
account.1.transport = tcp
account.1.expires = 600
account.1.outbound_proxy = 192.0.2.7
account.1.outbound_port = 5070
account.16.enable = 0
dns.server.2 = 192.0.2.54
dns.server.1 = 192.0.2.53
sip.t1_ms = 250
sip.t2_ms = 2000
sip.t4_ms = 2500
sip.local_port = 5062
sip.user_agent = Lab phone/1.0
)";

TEST(GenericConfig, stores_every_parameter_in_its_place) {
    const auto loaded = generic(whole_generic_file);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings), IsEmpty());
    EXPECT_THAT(loaded.ignored, IsEmpty());
    const auto& config = loaded.config;
    ASSERT_EQ(config.accounts.size(), 2U);
    const auto& account = config.accounts[0];
    EXPECT_EQ(account.index, 1U);
    EXPECT_TRUE(account.enabled);
    EXPECT_EQ(account.user, "1001");
    EXPECT_EQ(account.display_name, "Alice  Smith # 1");
    EXPECT_EQ(account.auth_user, "alice");
    EXPECT_EQ(account.password, "s3 = cret");
    EXPECT_EQ(account.domain, "example.test");
    ASSERT_EQ(account.servers.size(), 1U);
    EXPECT_EQ(account.servers[0].host, "pbx.test");
    EXPECT_EQ(account.servers[0].port, 5080);
    EXPECT_EQ(account.servers[0].transport, TransportChoice::tcp);
    EXPECT_EQ(account.servers[0].expires, std::chrono::seconds(600));
    ASSERT_EQ(account.outbound_proxies.size(), 1U);
    EXPECT_EQ(account.outbound_proxies[0].host, "192.0.2.7");
    EXPECT_EQ(account.outbound_proxies[0].port, 5070);
    EXPECT_EQ(account.outbound_proxies[0].transport, TransportChoice::tcp);
    EXPECT_EQ(config.accounts[1].index, 16U);
    EXPECT_FALSE(config.accounts[1].enabled);
    EXPECT_THAT(config.dns_servers, ElementsAre(wire::Ipv4{0xc0000235}, wire::Ipv4{0xc0000236}));
    EXPECT_EQ(config.timers.t1, std::chrono::milliseconds(250));
    EXPECT_EQ(config.timers.t2, std::chrono::milliseconds(2000));
    EXPECT_EQ(config.timers.t4, std::chrono::milliseconds(2500));
    EXPECT_EQ(config.local_port, 5062);
    EXPECT_EQ(config.user_agent, "Lab phone/1.0");
}

TEST(GenericConfig, has_the_documented_defaults) {
    const auto loaded = generic("account.2.user=1001\naccount.2.registrar=pbx.test\n");
    ASSERT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_EQ(loaded.config.accounts.size(), 1U);
    const auto& account = loaded.config.accounts[0];
    EXPECT_EQ(account.index, 2U);
    EXPECT_TRUE(account.enabled);
    EXPECT_EQ(account.servers[0].port, 0);
    EXPECT_EQ(account.servers[0].transport, TransportChoice::by_dns);
    EXPECT_EQ(account.servers[0].expires, std::chrono::seconds(3600));
    EXPECT_THAT(account.outbound_proxies, IsEmpty());
    EXPECT_EQ(loaded.config.timers.t1, std::chrono::milliseconds(500));
    EXPECT_EQ(loaded.config.timers.t2, std::chrono::milliseconds(4000));
    EXPECT_EQ(loaded.config.timers.t4, std::chrono::milliseconds(5000));
    EXPECT_EQ(loaded.config.local_port, 5060);
}

TEST(GenericConfig, tolerates_a_byte_order_mark_crlf_and_white_space) {
    const auto loaded = generic(
        "\xef\xbb\xbf"
        "account.1.user=1001\r\n\r\n \t account.1.registrar\t=\t pbx.test \t\r\n  # x");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_EQ(loaded.config.accounts.size(), 1U);
    EXPECT_EQ(loaded.config.accounts[0].user, "1001");
    EXPECT_EQ(loaded.config.accounts[0].servers[0].host, "pbx.test");
}

TEST(GenericConfig, takes_an_empty_value_as_unset) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = pbx.test\naccount.1.expires = 60\n"
        "account.1.expires =\naccount.2.user =\naccount.2.registrar =\nsip.local_port =\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_EQ(loaded.config.accounts.size(), 1U) << "an account of empty values is none";
    EXPECT_EQ(loaded.config.accounts[0].servers[0].expires, std::chrono::seconds(3600));
    EXPECT_EQ(loaded.config.local_port, 5060);
}

struct Range {
    std::string key;
    std::string low, high, below, above;
    std::string permitted;
};

class Ranges : public testing::TestWithParam<Range> {};

TEST_P(Ranges, takes_both_ends_and_refuses_what_lies_outside) {
    const auto& range = GetParam();
    EXPECT_THAT(errors_of(range.key + " = " + range.low), IsEmpty());
    EXPECT_THAT(errors_of(range.key + " = " + range.high), IsEmpty());
    for (const auto& value : {range.below, range.above}) {
        EXPECT_THAT(errors_of(range.key + " = " + value),
                    ElementsAre("phone.cfg:3: " + range.key + " = " + value + ": permitted is " +
                                range.permitted));
    }
}

INSTANTIATE_TEST_SUITE_P(
    GenericConfig, Ranges,
    testing::Values(
        Range{"account.1.enable", "0", "1", "-1", "2", "one of 0, 1"},
        Range{"account.1.port", "0", "65535", "-1", "65536", "an integer from 0 to 65535"},
        Range{"account.1.expires", "30", "2147483647", "29", "2147483648",
              "an integer from 30 to 2147483647"},
        Range{"sip.t1_ms", "100", "10000", "99", "10001", "an integer from 100 to 10000"},
        Range{"sip.t2_ms", "100", "60000", "99", "60001", "an integer from 100 to 60000"},
        Range{"sip.t4_ms", "100", "60000", "99", "60001", "an integer from 100 to 60000"},
        Range{"sip.local_port", "1", "65535", "0", "65536", "an integer from 1 to 65535"},
        Range{"account.1.transport", "udp", "auto", "UDP", "sctp", "one of udp, tcp, tls, auto"},
        Range{"dns.server.2", "0.0.0.0", "255.255.255.255", "1.2.3", "1.2.3.256",
              "an address a.b.c.d"}),
    [](const auto& test) {
        auto name = test.param.key;
        std::ranges::replace(name, '.', '_');
        return name;
    });

TEST(GenericConfig, refuses_numbers_that_are_not_plain_digits) {
    for (const std::string value : {"+5060", "-0", "0x13c4", "50 60", "5060.0", "5060s", "1e3",
                                    "4294972356", "99999999999999999999", "five"}) {
        EXPECT_THAT(errors_of("account.1.port = " + value),
                    ElementsAre(HasSubstr("account.1.port = " + value + ": permitted is")));
    }
}

TEST(GenericConfig, refuses_what_is_no_host_and_no_user) {
    for (const std::string value : {"pbx..test", ".test", "pbx.test.", "pbx test", "pbx.test:5060",
                                    "256.0.0.1", "192.0.2", "12345", "sip:pbx.test"}) {
        EXPECT_THAT(errors_of("account.1.outbound_proxy = " + value),
                    ElementsAre(HasSubstr("permitted is a host name")))
            << value;
    }
    EXPECT_THAT(errors_of("account.1.domain = " + std::string(64, 'a')), testing::SizeIs(1));
    EXPECT_THAT(errors_of("account.1.domain = " + std::string(63, 'a')), IsEmpty());
    EXPECT_THAT(
        errors_of("account.3.user = 10@01\naccount.3.registrar = pbx.test"),
        ElementsAre(HasSubstr("phone.cfg:3: account.3.user = 10@01: permitted is letters")));
    EXPECT_THAT(errors_of("sip.user_agent = a\tb"), testing::SizeIs(1));
}

TEST(Generic, describes_a_phone_that_only_answers) {
    const auto phone = generic(
        "account.1.user = 2000\naccount.1.registrar = pbx.test\naccount.1.register = 0\n"
        "sip.media_port = 4000\nsip.auto_answer_ms = 500\n");
    EXPECT_THAT(lines(phone.errors), IsEmpty());
    EXPECT_FALSE(phone.config.accounts.at(0).registers);
    EXPECT_EQ(phone.config.media_port, 4000);
    EXPECT_EQ(phone.config.answers_after, std::chrono::milliseconds(500));
    EXPECT_FALSE(generic("").config.answers_after);
}

TEST(Generic, knows_whose_certificates_count) {
    const auto phone = generic("tls.check_certificate = 0\ntls.check_name = 0\n").config;
    EXPECT_FALSE(phone.checks_certificates);
    EXPECT_FALSE(phone.checks_names);
    EXPECT_THAT(errors_of("tls.check_name = maybe"), testing::SizeIs(1));
}

}  // namespace
}  // namespace twinline::config
