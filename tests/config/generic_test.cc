// The generic profile's file: what it may say, and the notice for each thing that it may not.
#include "reference_impl/config/loader.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Loaded generic(std::string_view text) { return load(Vendor::generic, "phone.cfg", text); }

std::vector<std::string> lines(const std::vector<Notice>& notices) {
    std::vector<std::string> result;
    for (const auto& notice : notices) result.push_back(notice.to_string());
    return result;
}

// What a line is refused with, in a file that is right otherwise.
std::vector<std::string> errors_of(const std::string& line) {
    return lines(generic("account.1.user = 1001\naccount.1.registrar = pbx.test\n" + line).errors);
}

constexpr std::string_view whole_file = R"(#!version:1.0.0.1
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
    const auto loaded = generic(whole_file);
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

TEST(GenericConfig, wants_user_and_registrar_of_an_enabled_account) {
    const auto loaded = generic(
        "account.2.password = x\naccount.1.port = 5060\naccount.1.user = 1001\n"
        "account.3.enable = 0\naccount.3.port = 5060\naccount.2.registrar = no host\n");
    EXPECT_THAT(
        lines(loaded.errors),
        ElementsAre(
            "phone.cfg:1: account.2.user is missing: required while account.2.enable is 1",
            "phone.cfg:2: account.1.registrar is missing: required while account.1.enable is 1",
            HasSubstr("phone.cfg:6: account.2.registrar = no host: permitted is")));
}

TEST(GenericConfig, refuses_indices_that_do_not_exist) {
    EXPECT_THAT(errors_of("account.17.user = x"),
                ElementsAre("phone.cfg:3: account.17.user: permitted are account.1.user to "
                            "account.16.user"));
    EXPECT_THAT(errors_of("dns.server.3 = 192.0.2.1"), ElementsAre(HasSubstr("dns.server.2")));
}

TEST(GenericConfig, collects_every_error_of_the_file) {
    const auto loaded = generic(
        "account.1.port = 70000\nnonsense\n = 3\naccount.1.port = x\naccount.1.port = 5060\n");
    EXPECT_THAT(
        lines(loaded.errors),
        ElementsAre(HasSubstr(":1: account.1.port = 70000"), HasSubstr(":1: account.1.user"),
                    HasSubstr(":1: account.1.registrar"), HasSubstr(":2: not an assignment"),
                    HasSubstr(":3: not an assignment"), HasSubstr(":4: account.1.port = x")));
}

TEST(GenericConfig, lets_the_later_of_two_count_and_names_both_lines) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = a.test\n\naccount.1.registrar = b.test\n");
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre("phone.cfg:4: account.1.registrar is also set in line 2; line 4 counts"));
    EXPECT_EQ(loaded.config.accounts.at(0).servers.at(0).host, "b.test");
}

TEST(GenericConfig, never_shows_a_password) {
    const auto loaded = generic(
        "account.1.password = top\x01secret\naccount.1.pasword = topsecret\n"
        "account.1.password topsecret\naccount.1.password = topsecret\n");
    EXPECT_THAT(lines(loaded.errors),
                testing::Contains(HasSubstr("account.1.password = ***: permitted")));
    for (const auto* notices : {&loaded.errors, &loaded.warnings}) {
        EXPECT_FALSE(notices->empty());
        for (const auto& text : lines(*notices))
            EXPECT_THAT(text, testing::Not(HasSubstr("secret")));
    }
}

TEST(GenericConfig, asks_whether_a_near_miss_was_meant_and_ignores_the_rest) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = pbx.test\naccount.1.pasword = x\n"
        "account.1.regitrar = x\naccount.12.expries = 1\nAccount.1.User = x\nsip.local-port = 1\n"
        "sip.t3_ms = 1\naccount.1.label = x\nphone_setting.lock = 1\nuser = 1\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre("phone.cfg:3: account.1.pasword: unknown, is account.1.password meant?",
                    "phone.cfg:4: account.1.regitrar: unknown, is account.1.registrar meant?",
                    "phone.cfg:5: account.12.expries: unknown, is account.12.expires meant?",
                    "phone.cfg:6: Account.1.User: unknown, is account.1.user meant?",
                    "phone.cfg:7: sip.local-port: unknown, is sip.local_port meant?"));
    EXPECT_THAT(loaded.ignored,
                ElementsAre("sip.t3_ms", "account.1.label", "phone_setting.lock", "user"));
}

TEST(GenericConfig, warns_of_a_proxy_port_without_a_proxy) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = pbx.test\naccount.1.outbound_port = 5070\n");
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre(HasSubstr("phone.cfg:3: account.1.outbound_port")));
    EXPECT_THAT(loaded.config.accounts.at(0).outbound_proxies, IsEmpty());
}

TEST(Loader, refuses_vendors_without_a_reader_by_name) {
    for (const auto name : vendor_names()) {
        Vendor vendor{};
        ASSERT_TRUE(parse_vendor(name, vendor)) << name;
        const auto loaded = load(vendor, "phone.cfg", "");
        if (vendor == Vendor::generic) {
            EXPECT_THAT(lines(loaded.errors), IsEmpty());
        } else {
            EXPECT_THAT(lines(loaded.errors),
                        ElementsAre("phone.cfg: vendor " + std::string(name) +
                                    ": not supported by this version, permitted: generic"));
        }
    }
    Vendor vendor{};
    EXPECT_FALSE(parse_vendor("Generic ", vendor));
}

}  // namespace
}  // namespace twinline::config
