// The examples of Yealink's guide load as they are printed (clauses YL-EX-01 to YL-EX-04), and a
// file of mistakes names each.
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

PhoneConfig clean(std::string_view text) {
    const auto loaded = yealink(text);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings), IsEmpty());
    EXPECT_THAT(loaded.ignored, IsEmpty());
    return loaded.config;
}

TEST(YealinkExamples, load_the_failover_of_account_1) {
    const auto config = clean(R"(##Account1 Registration
account.1.enable = 1
account.1.label = 4605
account.1.display_name = 4605
account.1.auth_name = 4605
account.1.user_name = 4605
account.1.password = 4605
account.1.sip_server.1.address = yealink.pbx.com
account.1.sip_server.1.port = 0
account.1.sip_server.1.expires = 3600
account.1.sip_server.1.retry_counts = 3
account.1.outbound_proxy_enable = 1
account.1.outbound_proxy.1.address = yealink.pbx.com
account.1.outbound_proxy.1.port = 0
##DNS SRV
account.1.sip_server.1.transport_type = 3
##Failover Mode
account.1.sip_server.1.register_on_enable = 0
account.1.sip_server.1.only_signal_with_registered = 1
account.1.sip_server.1.invite_retry_counts = 5
account.1.sip_server.1.failback_mode = 3
account.1.sip_server.1.failback_timeout = 3600
account.1.sip_server.1.failback_subscribe.enable = 1
)");
    ASSERT_THAT(config.accounts, SizeIs(1));
    const auto& account = config.accounts[0];
    EXPECT_TRUE(account.enabled);
    for (const auto& word :
         {account.label, account.display_name, account.auth_user, account.user, account.password})
        EXPECT_EQ(word, "4605");
    ASSERT_THAT(account.servers, SizeIs(1));
    ASSERT_THAT(account.outbound_proxies, SizeIs(1));
    for (const auto& server : {account.servers[0], account.outbound_proxies[0]}) {
        EXPECT_EQ(server.host, "yealink.pbx.com");
        EXPECT_EQ(server.port, 0);
        EXPECT_EQ(server.transport, TransportChoice::by_dns);
        EXPECT_EQ(server.expires, std::chrono::seconds(3600));
        EXPECT_EQ(server.retry_counts, 3U);
        EXPECT_FALSE(server.register_on_enable);
        EXPECT_TRUE(server.only_signal_with_registered);
        EXPECT_EQ(server.invite_retry_counts, 5U);
        EXPECT_EQ(server.failback_mode, FailbackMode::duration);
        EXPECT_EQ(server.failback_timeout, std::chrono::seconds(3600));
        EXPECT_TRUE(server.failback_subscribe);
    }
}

TEST(YealinkExamples, load_static_a_records) {
    const auto config = clean(R"(account.1.sip_server.1.address = yealink.pbx.com
account.1.sip_server.1.port = 5060
account.1.sip_server.1.transport_type = 3
dns_cache_a.1.name = yealink.pbx.com
dns_cache_a.1.ip = 192.168.1.13
dns_cache_a.1.ttl = 3600
dns_cache_a.2.name = yealink.pbx.com
dns_cache_a.2.ip = 192.168.1.14
dns_cache_a.2.ttl = 3600
)");
    EXPECT_EQ(config.accounts.at(0).servers.at(0).port, 5060);
    ASSERT_THAT(config.static_dns.a, SizeIs(2));
    EXPECT_EQ(to_string(config.static_dns.a[0].address), "192.168.1.13");
    EXPECT_EQ(to_string(config.static_dns.a[1].address), "192.168.1.14");
    for (const auto& record : config.static_dns.a) {
        EXPECT_EQ(record.name, "yealink.pbx.com");
        EXPECT_EQ(record.ttl, std::chrono::seconds(3600));
    }
}

// The names are printed without the dot between _sip and _tcp (YL-NAPTR-09); they load so.
TEST(YealinkExamples, load_static_srv_records) {
    const auto config = clean(R"(account.1.sip_server.1.address = yealink.pbx.com
account.1.sip_server.1.port = 0
account.1.sip_server.1.transport_type = 3

dns_cache_srv.1.name = _sip_tcp.yealink.pbx.com
dns_cache_srv.1.port = 5060
dns_cache_srv.1.priority = 0
dns_cache_srv.1.target = server1.yealink.pbx.com
dns_cache_srv.1.weight = 1
dns_cache_srv.1.ttl = 3600

dns_cache_srv.2.name = _sip_tcp.yealink.pbx.com
dns_cache_srv.2.port = 5060
dns_cache_srv.2.priority = 0
dns_cache_srv.2.target = server2.yealink.pbx.com
dns_cache_srv.2.weight = 2
dns_cache_srv.2.ttl = 3600
)");
    EXPECT_EQ(config.accounts.at(0).servers.at(0).port, 0);
    ASSERT_THAT(config.static_dns.srv, SizeIs(2));
    EXPECT_EQ(config.static_dns.srv[0].target, "server1.yealink.pbx.com");
    EXPECT_EQ(config.static_dns.srv[0].weight, 1);
    EXPECT_EQ(config.static_dns.srv[1].target, "server2.yealink.pbx.com");
    EXPECT_EQ(config.static_dns.srv[1].weight, 2);
    for (const auto& record : config.static_dns.srv) {
        EXPECT_EQ(record.name, "_sip_tcp.yealink.pbx.com");
        EXPECT_EQ(record.port, 5060);
        EXPECT_EQ(record.priority, 0);
    }
}

TEST(YealinkExamples, load_static_naptr_records) {
    const auto config = clean(R"(account.1.sip_server.1.address = yealink.pbx.com
account.1.sip_server.1.port = 0
account.1.sip_server.1.transport_type = 3

dns_cache_naptr.1.name = yealink.pbx.com
dns_cache_naptr.1.flags = S
dns_cache_naptr.1.order = 90
dns_cache_naptr.1.preference = 50
dns_cache_naptr.1.replace = _sip_tcp.yealink.pbx.com
dns_cache_naptr.1.service = SIP+D2T
dns_cache_naptr.1.ttl = 3600

dns_cache_naptr.2.name = yealink.pbx.com
dns_cache_naptr.2.flags = S
dns_cache_naptr.2.order = 100
dns_cache_naptr.2.preference = 50
dns_cache_naptr.2.replace = _sip_udp.yealink.pbx.com
dns_cache_naptr.2.service = SIP+D2U
dns_cache_naptr.2.ttl = 3600
)");
    ASSERT_THAT(config.static_dns.naptr, SizeIs(2));
    EXPECT_EQ(config.static_dns.naptr[0].order, 90);
    EXPECT_EQ(config.static_dns.naptr[0].service, "SIP+D2T");
    EXPECT_EQ(config.static_dns.naptr[1].order, 100);
    EXPECT_EQ(config.static_dns.naptr[1].replacement, "_sip_udp.yealink.pbx.com");
    for (const auto& record : config.static_dns.naptr) {
        EXPECT_EQ(record.name, "yealink.pbx.com");
        EXPECT_EQ(record.flags, "S");
        EXPECT_EQ(record.preference, 50);
        EXPECT_EQ(record.ttl, std::chrono::seconds(3600));
    }
}

TEST(YealinkMistakes, are_all_named_with_line_value_and_what_is_permitted) {
    const auto loaded = yealink(R"(account.1.enable = yes
account.1.user_name = 10@01
account.1.sip_server.2.address = pbx..test
account.1.sip_server.1.address = pbx.test:5060
account.1.sip_server.1.port = 65536
account.1.sip_server.1.transport_type = udp
account.1.sip_server.1.expires = 29
account.1.sip_server.1.retry_counts = 21
account.1.sip_server.1.invite_retry_counts = 0
account.1.sip_server.1.failback_mode = 4
account.1.sip_server.1.failback_timeout = 65536
account.1.outbound_proxy.1.address = 256.0.0.1
account.1.outbound_proxy_fallback_interval = 1h
account.1.fallback.timeout = 9
account.1.dns_cache_type = 3
dns_cache_a.1.name = 192.0.2.1
dns_cache_a.1.ip = pbx.test
dns_cache_naptr.1.flags = s
dns_cache_naptr.1.service = SIP+D2USIP+D2USIP+D2USIP+D2USIP+D
account.1.display_name
)");
    EXPECT_THAT(
        lines(loaded.errors),
        ElementsAre(
            "phone.cfg:1: account.1.enable = yes: permitted is one of 0, 1",
            HasSubstr("phone.cfg:2: account.1.user_name = 10@01: permitted is letters"),
            HasSubstr(
                "phone.cfg:3: account.1.sip_server.2.address = pbx..test: permitted is a host"),
            HasSubstr("phone.cfg:4: account.1.sip_server.1.address = pbx.test:5060: permitted is "
                      "a host name of at most 256"),
            "phone.cfg:5: account.1.sip_server.1.port = 65536: permitted is an integer from 0 to "
            "65535",
            "phone.cfg:6: account.1.sip_server.1.transport_type = udp: permitted is one of 0, 1, "
            "2, 3",
            "phone.cfg:7: account.1.sip_server.1.expires = 29: permitted is an integer from 30 to "
            "2147483647",
            "phone.cfg:8: account.1.sip_server.1.retry_counts = 21: permitted is an integer from "
            "0 to 20",
            "phone.cfg:9: account.1.sip_server.1.invite_retry_counts = 0: permitted is an integer "
            "from 1 to 10",
            "phone.cfg:10: account.1.sip_server.1.failback_mode = 4: permitted is one of 0, 1, 2, "
            "3",
            "phone.cfg:11: account.1.sip_server.1.failback_timeout = 65536: permitted is 0, or an "
            "integer from 60 to 65535; 1 to 59 act as 60",
            HasSubstr("phone.cfg:12: account.1.outbound_proxy.1.address = 256.0.0.1: permitted"),
            "phone.cfg:13: account.1.outbound_proxy_fallback_interval = 1h: permitted is an "
            "integer from 0 to 2147483647",
            "phone.cfg:14: account.1.fallback.timeout = 9: permitted is an integer from 10 to "
            "2147483647",
            "phone.cfg:15: account.1.dns_cache_type = 3: permitted is one of 0, 1, 2",
            "phone.cfg:16: dns_cache_a.1.name = 192.0.2.1: permitted is a domain name of at most "
            "253 characters",
            "phone.cfg:17: dns_cache_a.1.ip = pbx.test: permitted is an address a.b.c.d",
            "phone.cfg:18: dns_cache_naptr.1.flags = s: permitted is one of S, A, U, P",
            HasSubstr("phone.cfg:19: dns_cache_naptr.1.service = SIP+D2USIP+D2USIP+D2USIP+D2USIP+"
                      "D: permitted is text of at most 32"),
            "phone.cfg:20: not an assignment: permitted is key = value, # comment or nothing"));
}

}  // namespace
}  // namespace twinline::config
