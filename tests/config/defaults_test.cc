// What is left out of a configuration may be written out without changing the phone, and nothing
// that the reader knows is left out of the whole.
#include "reference_impl/config/defaults.hh"

#include "reference_impl/config/tables.hh"
#include "tests/config/loading.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

std::string told(const std::vector<Server>& servers) {
    std::string text;
    for (const auto& s : servers)
        text += fmt::format("[{} {} {} {} {} {} {} {} {} {} {}]", s.host, s.port,
                            static_cast<int>(s.transport), s.expires, s.retry_counts,
                            s.invite_retry_counts, s.register_on_enable,
                            s.only_signal_with_registered, static_cast<int>(s.failback_mode),
                            s.failback_timeout, s.failback_subscribe);
    return text;
}

// Everything that tells how a phone of this configuration acts; accounts that are off do not.
std::string told(const PhoneConfig& c) {
    std::string text = fmt::format("{} {} {} {} {} {} {} {} {}", c.user_agent, c.timers.t1,
                                   c.timers.t2, c.timers.t4, c.local_port, c.media_port,
                                   c.checks_certificates, c.checks_names, c.dns_servers.size());
    text += fmt::format(" auto {}", c.answers_after ? c.answers_after->count() : -1);
    for (const auto& a : c.static_dns.a) text += ' ' + a.name;
    for (const auto& s : c.static_dns.srv) text += ' ' + s.name + s.target;
    for (const auto& n : c.static_dns.naptr) text += ' ' + n.name + n.flags + n.service;
    for (const auto& a : c.accounts) {
        if (!a.enabled) continue;
        text += fmt::format("\n{} {} {} {} {} {} {} {}", a.index, a.registers, a.label, a.user,
                            a.display_name, a.auth_user, a.password, a.domain);
        text += told(a.servers) + told(a.registrars) + told(a.outbound_proxies);
        text += fmt::format(
            "{} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(a.redundancy), a.fallback_timeout,
            a.outbound_proxy_fallback_interval, static_cast<int>(a.dns_cache_type),
            a.static_cache_first, static_cast<int>(a.naptr_build), a.subscription_retry,
            static_cast<int>(a.dns_lookup), a.avoidance, a.persistent_connection, a.outbound);
        text +=
            fmt::format(" {} {} {} {} {}", a.silence_limit ? a.silence_limit->count() : -1,
                        a.keep_alive ? a.keep_alive->count() : -1,
                        a.registration.after_refusal ? a.registration.after_refusal->count() : -1,
                        a.registration.after_timeout ? a.registration.after_timeout->count() : -1,
                        a.registration.renewal_lead ? a.registration.renewal_lead->count() : -1);
        if (a.redundant)
            text += told({a.redundant->server}) +
                    fmt::format("{} {}", a.redundant->keep_alive, a.redundant->symmetric);
        for (const auto& s : a.subscriptions)
            text += fmt::format(" {} {} {}", static_cast<int>(s.package), s.user, s.expires);
    }
    return text;
}

struct Sample {
    Vendor vendor;
    std::string_view text;
};

const std::vector<Sample>& samples() {
    static const std::vector<Sample> all{
        {Vendor::generic,
         "account.1.user = 1001\naccount.1.registrar = pbx.test\naccount.3.user = 1\n"
         "account.3.enable = 0\ndns.server.1 = 192.0.2.2\nsip.t1_ms = 800\n"},
        {Vendor::generic,
         "account.2.user = 1001\naccount.2.registrar = pbx.test\naccount.2.outbound = 1\n"
         "account.2.outbound_proxy = a.test\naccount.2.second_outbound_proxy = b.test\n"},
        {Vendor::yealink,
         "account.1.enable = 1\naccount.1.user_name = 1001\naccount.1.sip_server.1.address = "
         "a.test\naccount.1.sip_server.2.address = b.test\naccount.1.sip_server.2.port = 5070\n"
         "account.1.outbound_proxy_enable = 1\naccount.1.outbound_proxy.1.address = p.test\n"
         "account.1.fallback.timeout = 20\ndns_cache_a.1.name = a.test\ndns_cache_a.1.ip = "
         "192.0.2.9\naccount.1.subscribe_mwi = 1\n"},
        {Vendor::aastra,
         "sip proxy ip: a.test\nsip registrar ip: a.test\nsip backup registrar ip: b.test\n"
         "sip user name: 1001\nsip line2 user name: 1002\nsip outbound support: 1\n"},
        {Vendor::audiocodes,
         "voip/line/0/enabled=1\nvoip/line/0/id=1001\nvoip/signalling/sip/proxy_address=a.test\n"
         "voip/signalling/sip/redundant_proxy/enabled=1\n"
         "voip/signalling/sip/redundant_proxy/addr=b.test\n"}};
    return all;
}

TEST(Defaults, WrittenOutChangeNothing) {
    for (const auto& [vendor, text] : samples()) {
        const auto whole = with_defaults(vendor, text);
        EXPECT_GT(whole.size(), 2 * text.size()) << text;
        const auto before = load(vendor, "phone.cfg", text);
        const auto after = load(vendor, "phone.cfg", whole);
        ASSERT_TRUE(before.errors.empty())
            << fmt::format("{}", fmt::join(lines(before.errors), "\n"));
        EXPECT_THAT(lines(after.errors), testing::IsEmpty()) << text;
        EXPECT_EQ(told(after.config), told(before.config)) << text;
    }
}

// A phone that keeps what it was once told is told again of everything, so the sample's own words
// come back whatever was there before.
TEST(Defaults, LeaveNothingOfAnEarlierFile) {
    for (const auto& [vendor, text] : samples()) {
        if (vendor != Vendor::generic && vendor != Vendor::yealink) continue;
        const std::string earlier = vendor == Vendor::generic
                                        ? "account.2.user = 7\naccount.2.registrar = old.test\n"
                                          "sip.t1_ms = 3000\naccount.1.expires = 60\n"
                                          "account.2.outbound_proxy = old.test\n"
                                        : "account.2.enable = 1\naccount.2.user_name = 7\n"
                                          "account.2.sip_server.1.address = old.test\n"
                                          "account.1.fallback.redundancy_type = 1\n"
                                          "account.1.sip_server.1.retry_counts = 9\n";
        const auto fresh = load(vendor, "phone.cfg", text);
        const auto kept = load(vendor, "phone.cfg", earlier + with_defaults(vendor, text));
        EXPECT_EQ(told(kept.config), told(fresh.config)) << text;
    }
}

TEST(Defaults, AreThereForEveryParameterWithANumber) {
    // These have no default: what they say does not happen.
    const std::vector<std::string> off{"account.X.keep_alive", "sip.auto_answer_ms",
                                       "account.X.outbound_port", "account.X.second_outbound_port"};
    const auto check = [&](Vendor vendor, const std::vector<Parameter>& table) {
        const auto whole = with_defaults(vendor, "");
        for (const auto& parameter : table) {
            const bool counted = parameter.permitted.starts_with("an integer") ||
                                 parameter.permitted.starts_with("one of 0") ||
                                 parameter.permitted.starts_with("0, or");
            if (!counted || !parameter.documented.empty() || !parameter.inapplicable.empty() ||
                std::ranges::find(off, parameter.name) != off.end())
                continue;
            const auto key =
                parameter.name_with({parameter.indices.high, parameter.indices.high_y}) + " = ";
            EXPECT_THAT(whole, testing::ContainsRegex("\n?" + key + "[0-9]")) << parameter.name;
        }
    };
    check(Vendor::generic, generic_parameters());
    check(Vendor::yealink, yealink_parameters(*yealink_phone({})));
}

TEST(Defaults, LeaveTheWayToTheConfigurationAlone) {
    EXPECT_THAT(with_defaults(Vendor::yealink, ""), testing::Not(testing::HasSubstr("provision")));
    EXPECT_THAT(with_defaults(Vendor::yealink, "account.1.sip_server_host = a\n"),
                testing::Not(testing::HasSubstr("account.1.sip_server.1.address = %NULL%")))
        << "an older name says it already";
}

}  // namespace
}  // namespace twinline::config
