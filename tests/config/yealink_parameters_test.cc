// Where the values of Yealink's parameters go, and what is made of an account as a whole.
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view whole_file = R"(#!version:1.0.0.1
account.1.enable = 1
account.1.label = Reception
account.1.display_name = Alice  Smith # 1
account.1.auth_name = alice
account.1.user_name = 1001
account.1.password = s3 = cret
account.1.sip_server.1.address = pbx.test
account.1.sip_server.1.port = 5080
account.1.sip_server.1.transport_type = 1
account.1.sip_server.1.expires = 600
account.1.sip_server.1.retry_counts = 4
account.1.sip_server.1.register_on_enable = 1
account.1.sip_server.1.only_signal_with_registered = 1
account.1.sip_server.1.invite_retry_counts = 5
account.1.sip_server.1.failback_mode = 2
account.1.sip_server.1.failback_timeout = 61
account.1.sip_server.1.failback_subscribe.enable = 1
account.1.sip_server.2.address = 192.0.2.15
account.1.sip_server.2.transport_type = 2
account.1.outbound_proxy_enable = 1
account.1.outbound_proxy.1.address = 192.0.2.7
account.1.outbound_proxy.1.port = 5070
account.1.outbound_proxy.2.address = proxy.test
account.1.outbound_proxy_fallback_interval = 90
account.1.fallback.redundancy_type = 1
account.1.fallback.timeout = 30
account.1.dns_cache_type = 2
account.1.static_cache_pri = 1
account.1.naptr_build = 1
account.3.user_name = 1003
dns_cache_a.12.name = a.test
dns_cache_a.12.ip = 192.0.2.12
dns_cache_a.12.ttl = 30
dns_cache_a.2.name = b.test
dns_cache_a.2.ip = 192.0.2.2
dns_cache_srv.1.name = _sip._tcp.pbx.test
dns_cache_srv.1.port = 5061
dns_cache_srv.1.priority = 1
dns_cache_srv.1.target = 192.0.2.3
dns_cache_srv.1.weight = 2
dns_cache_srv.1.ttl = 31
dns_cache_naptr.4.name = pbx.test
dns_cache_naptr.4.flags = S
dns_cache_naptr.4.order = 90
dns_cache_naptr.4.preference = 50
dns_cache_naptr.4.replace = _sip._tcp.pbx.test
dns_cache_naptr.4.service = SIP+D2T
dns_cache_naptr.4.ttl = 32
)";

PhoneConfig whole() {
    auto loaded = yealink(whole_file);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings), IsEmpty());
    EXPECT_THAT(loaded.ignored, IsEmpty());
    return loaded.config;
}

TEST(YealinkConfig, stores_the_account) {
    const auto config = whole();
    EXPECT_EQ(config.vendor, Vendor::yealink);
    EXPECT_EQ(config.model, "SIP-T46G");
    EXPECT_EQ(config.firmware, 81U);
    EXPECT_THAT(config.dns_servers, IsEmpty()) << "they come by DHCP";
    ASSERT_THAT(config.accounts, SizeIs(2));
    const auto& account = config.accounts[0];
    EXPECT_EQ(account.index, 1U);
    EXPECT_TRUE(account.enabled);
    EXPECT_EQ(account.label, "Reception");
    EXPECT_EQ(account.display_name, "Alice  Smith # 1");
    EXPECT_EQ(account.auth_user, "alice");
    EXPECT_EQ(account.user, "1001");
    EXPECT_EQ(account.password, "s3 = cret");
    EXPECT_EQ(account.redundancy, Redundancy::successive);
    EXPECT_EQ(account.fallback_timeout, std::chrono::seconds(30));
    EXPECT_EQ(account.outbound_proxy_fallback_interval, std::chrono::seconds(90));
    EXPECT_EQ(account.dns_cache_type, DnsCacheType::answers_and_additional);
    EXPECT_TRUE(account.static_cache_first);
    EXPECT_EQ(account.naptr_build, NaptrBuild::all_transports);
    EXPECT_EQ(config.accounts[1].index, 3U);
    EXPECT_FALSE(config.accounts[1].enabled) << "off by default, YL-PAR-01";
}

TEST(YealinkConfig, stores_the_servers) {
    const auto config = whole();
    const auto& servers = config.accounts.at(0).servers;
    ASSERT_THAT(servers, SizeIs(2));
    EXPECT_EQ(servers[0].host, "pbx.test");
    EXPECT_EQ(servers[0].port, 5080);
    EXPECT_EQ(servers[0].transport, TransportChoice::tcp);
    EXPECT_EQ(servers[0].expires, std::chrono::seconds(600));
    EXPECT_EQ(servers[0].retry_counts, 4U);
    EXPECT_TRUE(servers[0].register_on_enable);
    EXPECT_TRUE(servers[0].only_signal_with_registered);
    EXPECT_EQ(servers[0].invite_retry_counts, 5U);
    EXPECT_EQ(servers[0].failback_mode, FailbackMode::registration);
    EXPECT_EQ(servers[0].failback_timeout, std::chrono::seconds(61));
    EXPECT_TRUE(servers[0].failback_subscribe);
    EXPECT_EQ(servers[1].host, "192.0.2.15");
    EXPECT_EQ(servers[1].port, 5060);
    EXPECT_EQ(servers[1].transport, TransportChoice::tls);
    EXPECT_EQ(servers[1].failback_mode, FailbackMode::new_requests);
}

TEST(YealinkConfig, gives_outbound_proxies_the_policy_of_the_first_server) {
    const auto config = whole();
    const auto& proxies = config.accounts.at(0).outbound_proxies;
    ASSERT_THAT(proxies, SizeIs(2));
    EXPECT_EQ(proxies[0].host, "192.0.2.7");
    EXPECT_EQ(proxies[0].port, 5070);
    EXPECT_EQ(proxies[1].host, "proxy.test");
    EXPECT_EQ(proxies[1].port, 5060);
    for (const auto& proxy : proxies) {
        EXPECT_EQ(proxy.transport, TransportChoice::tcp);
        EXPECT_EQ(proxy.retry_counts, 4U);
    }
}

TEST(YealinkConfig, stores_the_static_records_in_the_order_of_their_indices) {
    const auto records = whole().static_dns;
    ASSERT_THAT(records.a, SizeIs(2));
    EXPECT_EQ(records.a[0].name, "b.test");
    EXPECT_EQ(records.a[0].address, wire::Ipv4{0xc0000202});
    EXPECT_EQ(records.a[0].ttl, std::chrono::seconds(300));
    EXPECT_EQ(records.a[1].name, "a.test");
    EXPECT_EQ(records.a[1].ttl, std::chrono::seconds(30));
    ASSERT_THAT(records.srv, SizeIs(1));
    EXPECT_EQ(records.srv[0].name, "_sip._tcp.pbx.test");
    EXPECT_EQ(records.srv[0].port, 5061);
    EXPECT_EQ(records.srv[0].priority, 1);
    EXPECT_EQ(records.srv[0].target, "192.0.2.3") << "an address is allowed for, YL-SRV-05";
    EXPECT_EQ(records.srv[0].weight, 2);
    EXPECT_EQ(records.srv[0].ttl, std::chrono::seconds(31));
    ASSERT_THAT(records.naptr, SizeIs(1));
    EXPECT_EQ(records.naptr[0].name, "pbx.test");
    EXPECT_EQ(records.naptr[0].flags, "S");
    EXPECT_EQ(records.naptr[0].order, 90);
    EXPECT_EQ(records.naptr[0].preference, 50);
    EXPECT_EQ(records.naptr[0].replacement, "_sip._tcp.pbx.test");
    EXPECT_EQ(records.naptr[0].service, "SIP+D2T");
    EXPECT_EQ(records.naptr[0].ttl, std::chrono::seconds(32));
}

TEST(YealinkConfig, leaves_out_a_second_server_without_an_address) {
    const auto loaded =
        yealink("account.2.sip_server.1.address = pbx.test\naccount.2.sip_server.2.port = 5070\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_THAT(loaded.config.accounts, SizeIs(1));
    EXPECT_THAT(loaded.config.accounts[0].servers, SizeIs(1));
}

TEST(YealinkConfig, uses_no_outbound_proxy_unless_told_to) {
    const std::string proxy = "account.1.outbound_proxy.1.address = proxy.test\n";
    for (const auto& text : {proxy, proxy + "account.1.outbound_proxy_enable = 0\n"}) {
        const auto loaded = yealink(text);
        EXPECT_THAT(lines(loaded.warnings), IsEmpty());
        EXPECT_THAT(loaded.config.accounts.at(0).outbound_proxies, IsEmpty());
    }
}

TEST(YealinkConfig, warns_of_an_outbound_proxy_that_is_enabled_and_missing) {
    EXPECT_THAT(lines(yealink("\naccount.1.outbound_proxy_enable = 1\n").warnings),
                ElementsAre("phone.cfg:2: account.1.outbound_proxy_enable has no effect without "
                            "account.1.outbound_proxy.1.address"));
    EXPECT_THAT(lines(yealink("account.1.outbound_proxy_enable = 1\n", {"SIP-T46G", 80}).warnings),
                ElementsAre(HasSubstr("without account.1.outbound_host")));
}

TEST(YealinkConfig, uses_a_second_outbound_proxy_alone) {
    const auto loaded = yealink(
        "account.1.outbound_proxy_enable = 1\naccount.1.outbound_proxy.2.address = b.test\n");
    const auto& proxies = loaded.config.accounts.at(0).outbound_proxies;
    ASSERT_THAT(proxies, SizeIs(1));
    EXPECT_EQ(proxies[0].host, "b.test");
}

TEST(YealinkConfig, wants_user_and_server_of_an_enabled_account) {
    EXPECT_THAT(
        lines(yealink("account.1.label = x\naccount.2.enable = 1\n").errors),
        ElementsAre(
            "phone.cfg:2: account.2.user_name is missing: required while account.2.enable is 1",
            "phone.cfg:2: account.2.sip_server.1.address is missing: required while "
            "account.2.enable is 1"));
}

TEST(YealinkConfig, warns_of_static_records_that_lead_nowhere) {
    const auto loaded = yealink(
        "dns_cache_a.1.name = a.test\ndns_cache_a.2.ip = 192.0.2.1\ndns_cache_a.3.ttl = 60\n"
        "dns_cache_srv.1.name = a.test\ndns_cache_srv.2.target = a.test\n"
        "dns_cache_naptr.1.name = a.test\ndns_cache_naptr.2.replace = a.test\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre(
            "phone.cfg:1: dns_cache_a.1.name has no effect without dns_cache_a.1.ip",
            "phone.cfg:2: dns_cache_a.2.ip has no effect without dns_cache_a.2.name",
            "phone.cfg:4: dns_cache_srv.1.name has no effect without dns_cache_srv.1.target",
            "phone.cfg:5: dns_cache_srv.2.target has no effect without dns_cache_srv.2.name",
            "phone.cfg:6: dns_cache_naptr.1.name has no effect without dns_cache_naptr.1.replace",
            "phone.cfg:7: dns_cache_naptr.2.replace has no effect without "
            "dns_cache_naptr.2.name"));
    EXPECT_THAT(loaded.config.static_dns.a, IsEmpty());
    EXPECT_THAT(loaded.config.static_dns.srv, IsEmpty());
    EXPECT_THAT(loaded.config.static_dns.naptr, IsEmpty());
}

TEST(YealinkConfig, needs_no_replacement_where_no_query_follows) {
    for (const std::string flag : {"U", "P"}) {
        const auto loaded =
            yealink("dns_cache_naptr.1.name = a.test\ndns_cache_naptr.1.flags = " + flag + "\n");
        EXPECT_THAT(lines(loaded.warnings), IsEmpty());
        ASSERT_THAT(loaded.config.static_dns.naptr, SizeIs(1));
        EXPECT_EQ(loaded.config.static_dns.naptr[0].flags, flag);
    }
}

}  // namespace
}  // namespace twinline::config
