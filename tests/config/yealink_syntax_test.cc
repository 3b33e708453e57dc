// What real files of Yealink's phones hold beside the documented parameters: headers, empty values,
// older names, slips.
#include "reference_impl/config/yealink_parameters.hh"
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(YealinkSyntax, tolerates_header_byte_order_mark_crlf_and_white_space) {
    const auto loaded = yealink(
        "\xef\xbb\xbf#!version:1.0.0.1\r\n\r\n## Account 1\r\n"
        "account.1.user_name=1001\r\n  account.1.sip_server.1.address\t =  pbx.test \r\n"
        "account.1.enable =1\r\n#account.1.label = x");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_THAT(loaded.config.accounts, SizeIs(1));
    EXPECT_EQ(loaded.config.accounts[0].user, "1001");
    EXPECT_EQ(loaded.config.accounts[0].servers.at(0).host, "pbx.test");
    EXPECT_EQ(loaded.config.accounts[0].label, "");
}

TEST(YealinkSyntax, knows_whose_certificates_count) {
    EXPECT_TRUE(yealink("").config.checks_certificates);
    EXPECT_TRUE(yealink("").config.checks_names);
    const auto phone = yealink(
        "static.security.trust_certificates = 0\nsecurity.cn_validation = 0\n"
        "account.1.user_name=1\naccount.1.sip_server.1.address=pbx.test\n");
    EXPECT_THAT(lines(phone.errors), IsEmpty());
    EXPECT_FALSE(phone.config.checks_certificates);
    EXPECT_FALSE(phone.config.checks_names);
}

TEST(YealinkSyntax, takes_the_timers_of_sip_in_seconds_with_decimals) {  // EXT-YL-12
    using std::chrono::milliseconds;
    const std::string account = "account.1.user_name=1\naccount.1.sip_server.1.address=pbx.test\n";
    const auto usual = yealink(account).config.timers;
    EXPECT_EQ(usual.t1, milliseconds{500});
    const auto phone =
        yealink(account + "sip.timer_t1 = 1.25\nsip.timer_t2 = 8\nsip.timer_t4=2.5\n");
    EXPECT_THAT(lines(phone.errors), IsEmpty());
    EXPECT_EQ(phone.config.timers.t1, milliseconds{1250});
    EXPECT_EQ(phone.config.timers.t2, milliseconds{8000});
    EXPECT_EQ(phone.config.timers.t4, milliseconds{2500});
    for (const auto* wrong : {"0.499", "10.001", "1.", "1.2345", ".5", "half", "-1", "4294967297"})
        EXPECT_THAT(lines(yealink(account + "sip.timer_t1 = " + wrong + "\n").errors),
                    ElementsAre("phone.cfg:3: sip.timer_t1 = " + std::string(wrong) +
                                ": permitted is seconds from 0.5 to 10"))
            << wrong;
}

TEST(YealinkSyntax, takes_empty_values_and_null_as_unset) {
    const auto loaded = yealink(
        "account.1.label = %NULL%\naccount.1.enable =\naccount.2.sip_server.1.port = 5080\n"
        "account.2.sip_server.1.port = %NULL%\naccount.2.label = Bob\ndns_cache_a.1.name =\n"
        "account.2.sip_server.2.address = %EMPTY%\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_THAT(loaded.config.accounts, SizeIs(1)) << "an account of empty values is none";
    EXPECT_EQ(loaded.config.accounts[0].index, 2U);
    EXPECT_EQ(loaded.config.accounts[0].servers.at(0).port, 5060);
    EXPECT_THAT(loaded.config.accounts[0].servers, SizeIs(1));
    EXPECT_THAT(loaded.config.static_dns.a, IsEmpty());
}

TEST(YealinkSyntax, takes_older_names_with_a_warning_that_names_the_documented) {
    const auto loaded = yealink(
        "account.1.sip_server_host = pbx.test\naccount.1.sip_server_port = 5080\n"
        "account.2.transport = 1\naccount.2.expires = 600\n"
        "account.3.sip_server.1.transport = 2\naccount.3.sip_server.2.transport = 3\n"
        "account.3.sip_server.2.address = b.test\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    const std::string taken = ": not a documented name, taken as ";
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre(
            "phone.cfg:1: account.1.sip_server_host" + taken + "account.1.sip_server.1.address",
            "phone.cfg:2: account.1.sip_server_port" + taken + "account.1.sip_server.1.port",
            "phone.cfg:3: account.2.transport" + taken + "account.2.sip_server.1.transport_type",
            "phone.cfg:4: account.2.expires" + taken + "account.2.sip_server.1.expires",
            "phone.cfg:5: account.3.sip_server.1.transport" + taken +
                "account.3.sip_server.1.transport_type",
            "phone.cfg:6: account.3.sip_server.2.transport" + taken +
                "account.3.sip_server.2.transport_type"));
    const auto& accounts = loaded.config.accounts;
    ASSERT_THAT(accounts, SizeIs(3));
    EXPECT_EQ(accounts[0].servers.at(0).host, "pbx.test");
    EXPECT_EQ(accounts[0].servers.at(0).port, 5080);
    EXPECT_EQ(accounts[1].servers.at(0).transport, TransportChoice::tcp);
    EXPECT_EQ(accounts[1].servers.at(0).expires, std::chrono::seconds(600));
    EXPECT_EQ(accounts[2].servers.at(0).transport, TransportChoice::tls);
    EXPECT_EQ(accounts[2].servers.at(1).transport, TransportChoice::by_dns);
}

TEST(YealinkSyntax, takes_the_prefix_static_and_records_of_an_account) {
    const auto loaded = yealink(
        "static.account.1.sip_server.2.address = b.test\nstatic.network.vlan.pc_enable = 1\n"
        "account.1.dns_cache_a.3.name = a.test\naccount.1.dns_cache_a.3.ip = 192.0.2.3\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre(HasSubstr("taken as account.1.sip_server.2.address"),
                            HasSubstr("taken as dns_cache_a.3.name"),
                            HasSubstr("taken as dns_cache_a.3.ip")));
    EXPECT_THAT(loaded.ignored, ElementsAre("static.network.vlan.pc_enable"));
    EXPECT_EQ(loaded.config.accounts.at(0).servers.at(1).host, "b.test");
    ASSERT_THAT(loaded.config.static_dns.a, SizeIs(1));
    EXPECT_EQ(loaded.config.static_dns.a[0].address, wire::Ipv4{0xc0000203});
}

TEST(YealinkSyntax, prefers_the_documented_name_wherever_it_stands) {
    const std::string documented = "account.1.sip_server.1.port = 5070\n";
    const std::string older = "account.1.sip_server_port = 5080\n";
    for (const auto& [text, warning] :
         {std::pair(documented + older,
                    "phone.cfg:2: account.1.sip_server_port does not count: "
                    "account.1.sip_server.1.port is set in line 1"),
          std::pair(older + documented,
                    "phone.cfg:1: account.1.sip_server_port does not count: "
                    "account.1.sip_server.1.port is set in line 2")}) {
        const auto loaded = yealink(text);
        EXPECT_EQ(loaded.config.accounts.at(0).servers.at(0).port, 5070);
        EXPECT_THAT(lines(loaded.warnings), testing::Contains(warning));
    }
}

TEST(YealinkSyntax, checks_the_values_of_older_names_and_shows_them_as_written) {
    EXPECT_THAT(
        lines(yealink("account.1.transport = 4\naccount.1.transport = 1\n").errors),
        ElementsAre("phone.cfg:1: account.1.transport = 4: permitted is one of 0, 1, 2, 3"));
}

TEST(YealinkSyntax, leads_every_alias_to_a_documented_parameter) {
    const YealinkPhone phone;
    auto table = yealink_account_parameters(phone);
    std::ranges::move(yealink_dns_cache_parameters(), std::back_inserter(table));
    for (const auto& alias : yealink_aliases(phone, table)) {
        const auto key = alias.documented_with({1, 2});
        EXPECT_TRUE(std::ranges::any_of(table, [&](const Parameter& parameter) {
            return parameter.index_in(key).has_value();
        })) << alias.name;
    }
}

TEST(YealinkSyntax, asks_whether_a_near_miss_was_meant) {
    const auto loaded = yealink(
        "account.1.sip_server.2.retry_count = 3\naccount.1.sip_server.1.failback_mod = 3\n"
        "account.12.fallback.timeou = 60\naccount.1.outbound_proxy.2.adress = a.test\n"
        "dns_cache_srv.7.prioriti = 1\nAccount.1.Sip_Server.1.Address = a.test\n"
        "account.1.sip_sever_host = a.test\naccount.1.pasword = topsecret\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    const std::string meant = ": unknown, is ";
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre(
            "phone.cfg:1: account.1.sip_server.2.retry_count" + meant +
                "account.1.sip_server.2.retry_counts meant?",
            "phone.cfg:2: account.1.sip_server.1.failback_mod" + meant +
                "account.1.sip_server.1.failback_mode meant?",
            "phone.cfg:3: account.12.fallback.timeou" + meant +
                "account.12.fallback.timeout meant?",
            "phone.cfg:4: account.1.outbound_proxy.2.adress" + meant +
                "account.1.outbound_proxy.2.address meant?",
            "phone.cfg:5: dns_cache_srv.7.prioriti" + meant + "dns_cache_srv.7.priority meant?",
            "phone.cfg:6: Account.1.Sip_Server.1.Address" + meant +
                "account.1.sip_server.1.address meant?",
            "phone.cfg:7: account.1.sip_sever_host" + meant +
                "account.1.sip_server.1.address meant?",
            "phone.cfg:8: account.1.pasword" + meant + "account.1.password meant?"));
}

TEST(YealinkSyntax, never_shows_a_password) {
    const auto loaded = yealink(
        "account.1.password = top\x01secret\naccount.1.password topsecret\n"
        "account.1.passwrd = topsecret\nstatic.account.1.password = top\x02secret\n"
        "static.security.user_password = admin:topsecret\n");
    EXPECT_THAT(loaded.errors, SizeIs(3));
    for (const auto* notices : {&loaded.errors, &loaded.warnings}) {
        for (const auto& text : lines(*notices)) EXPECT_THAT(text, Not(HasSubstr("secret")));
    }
    EXPECT_THAT(loaded.ignored, ElementsAre("static.security.user_password"));
}

TEST(YealinkSyntax, loads_a_real_file_of_hundreds_of_parameters) {
    std::ifstream file(std::string(TWINLINE_SOURCE) + "/tests/config/yealink_real.cfg");
    std::stringstream text;
    text << file.rdbuf();
    const auto content = text.str();
    ASSERT_GE(std::ranges::count(content, '\n'), 300);
    const auto loaded = yealink(content);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre(HasSubstr("account.1.sip_server.1.failback_timeout = 30: acts as 60")));
    EXPECT_GE(loaded.ignored.size(), 200U);
    ASSERT_THAT(loaded.config.accounts, SizeIs(3));
    EXPECT_TRUE(loaded.config.accounts[0].enabled);
    EXPECT_TRUE(loaded.config.accounts[1].enabled);
    EXPECT_FALSE(loaded.config.accounts[2].enabled);
    EXPECT_EQ(loaded.config.accounts[0].servers.at(0).transport, TransportChoice::by_dns);
    EXPECT_THAT(loaded.config.accounts[1].servers, SizeIs(2));
    EXPECT_THAT(loaded.config.static_dns.a, SizeIs(1));
}

}  // namespace
}  // namespace twinline::config
