// The defaults, ranges and lengths of Yealink's parameters, in the code and in the clauses: both
// must say what the guide says.
#include "reference_impl/config/yealink_parameters.hh"
#include "rig/scenario/catalogue.hh"
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace twinline::config {
namespace {

using scenario::DocumentedParameter;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::map<std::string, DocumentedParameter> documented() {
    std::map<std::string, DocumentedParameter> parameters;
    const auto file =
        std::filesystem::path(TWINLINE_SOURCE) / "fixtures" / "clauses" / "yealink.yaml";
    for (const auto& clause : scenario::load_clauses(file)) {
        if (clause.parameter) parameters.emplace(clause.parameter->name, *clause.parameter);
    }
    return parameters;
}

const Account& account(const PhoneConfig& config) { return config.accounts.at(0); }

// Where a number ends up; X is 1 and Y is 2.
using Number = std::function<long long(const PhoneConfig&)>;

template <typename Value>
Number of(Value Account::*member) {
    return [member](const PhoneConfig& config) {
        return static_cast<long long>(account(config).*member);
    };
}

Number of(std::chrono::seconds Account::*member) {
    return [member](const PhoneConfig& config) { return (account(config).*member).count(); };
}

template <typename Value>
Number of(Value Server::*member) {
    return [member](const PhoneConfig& config) {
        return static_cast<long long>(account(config).servers.at(1).*member);
    };
}

Number of(std::chrono::seconds Server::*member) {
    return [member](const PhoneConfig& config) {
        return (account(config).servers.at(1).*member).count();
    };
}

Number proxy_port(std::size_t number) {
    return [number](const PhoneConfig& config) {
        return account(config).outbound_proxies.at(number - 1).port;
    };
}

template <typename Record, typename Value>
Number of(std::vector<Record> StaticDns::*all, Value Record::*member) {
    return [all, member](const PhoneConfig& config) {
        return static_cast<long long>((config.static_dns.*all).at(0).*member);
    };
}

template <typename Record>
Number ttl(std::vector<Record> StaticDns::*all) {
    return [all](const PhoneConfig& config) { return (config.static_dns.*all).at(0).ttl.count(); };
}

std::map<std::string, Number> account_numbers() {
    return {
        {"account.X.enable", of(&Account::enabled)},
        {"account.X.outbound_proxy_enable",
         [](const PhoneConfig& config) { return !account(config).outbound_proxies.empty(); }},
        {"account.X.outbound_port", proxy_port(1)},
        {"account.X.backup_outbound_port", proxy_port(2)},
        {"account.X.outbound_proxy.Y.port", proxy_port(2)},
        {"account.X.fallback.redundancy_type", of(&Account::redundancy)},
        {"account.X.fallback.timeout", of(&Account::fallback_timeout)},
        {"account.X.outbound_proxy_fallback_interval",
         of(&Account::outbound_proxy_fallback_interval)},
        {"account.X.dns_cache_type", of(&Account::dns_cache_type)},
        {"account.X.static_cache_pri", of(&Account::static_cache_first)},
        {"account.X.naptr_build", of(&Account::naptr_build)},
    };
}

std::map<std::string, Number> server_numbers() {
    const std::string server = "account.X.sip_server.Y.";
    return {
        {server + "port", of(&Server::port)},
        {server + "transport_type", of(&Server::transport)},
        {server + "expires", of(&Server::expires)},
        {server + "retry_counts", of(&Server::retry_counts)},
        {server + "register_on_enable", of(&Server::register_on_enable)},
        {server + "only_signal_with_registered", of(&Server::only_signal_with_registered)},
        {server + "invite_retry_counts", of(&Server::invite_retry_counts)},
        {server + "failback_mode", of(&Server::failback_mode)},
        {server + "failback_timeout", of(&Server::failback_timeout)},
        {server + "failback_subscribe.enable", of(&Server::failback_subscribe)},
    };
}

std::map<std::string, Number> record_numbers() {
    const auto srv = &StaticDns::srv;
    const auto naptr = &StaticDns::naptr;
    return {
        {"dns_cache_a.X.ttl", ttl(&StaticDns::a)},
        {"dns_cache_srv.X.port", of(srv, &StaticSrv::port)},
        {"dns_cache_srv.X.priority", of(srv, &StaticSrv::priority)},
        {"dns_cache_srv.X.weight", of(srv, &StaticSrv::weight)},
        {"dns_cache_srv.X.ttl", ttl(srv)},
        {"dns_cache_naptr.X.order", of(naptr, &StaticNaptr::order)},
        {"dns_cache_naptr.X.preference", of(naptr, &StaticNaptr::preference)},
        {"dns_cache_naptr.X.ttl", ttl(naptr)},
    };
}

std::map<std::string, Number> numbers() {
    auto all = account_numbers();
    all.merge(server_numbers());
    all.merge(record_numbers());
    return all;
}

constexpr std::string_view usual = R"(account.1.user_name = 1001
account.1.sip_server.1.address = a.test
account.1.sip_server.2.address = b.test
account.1.outbound_proxy_enable = 1
account.1.outbound_host = c.test
account.1.backup_outbound_host = d.test
account.1.outbound_proxy.1.address = c.test
account.1.outbound_proxy.2.address = d.test
dns_cache_a.1.name = a.test
dns_cache_a.1.ip = 192.0.2.1
dns_cache_srv.1.name = _sip._udp.a.test
dns_cache_srv.1.target = b.test
dns_cache_naptr.1.name = a.test
dns_cache_naptr.1.replace = _sip._udp.a.test
)";

std::string key_of(const std::string& name) { return alias(name, {}, "").name_with({1, 2}); }

// The usual file with one parameter changed; nothing: left out.
Loaded with(const std::string& name, const std::optional<std::string>& value) {
    const auto key = key_of(name);
    std::string text;
    for (auto rest = usual; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
        const auto line = rest.substr(0, rest.find('\n') + 1);
        if (!line.starts_with(key + " =")) text += line;
    }
    if (value) text += key + " = " + *value + "\n";
    const bool older = name.ends_with("outbound_host") || name.ends_with("outbound_port");
    return yealink(text, {.model = "SIP-T46G", .firmware = older ? 80U : 81U});
}

std::vector<std::string> refusal(const std::string& name, const std::string& value) {
    return lines(with(name, value).errors);
}

TEST(YealinkDocumented, has_every_parameter_of_the_clauses_and_no_other) {
    std::set<std::string> in_clauses;
    for (const auto& [name, parameter] : documented()) in_clauses.insert(name);
    std::set<std::string> in_code;
    for (const auto& parameter : yealink_account_parameters({})) in_code.insert(parameter.name);
    for (const auto& parameter : yealink_dns_cache_parameters()) in_code.insert(parameter.name);
    EXPECT_EQ(in_code, in_clauses);
}

TEST(YealinkDocumented, compares_every_number) {
    std::set<std::string> with_default;
    for (const auto& [name, parameter] : documented()) {
        if (parameter.fallback) with_default.insert(name);
    }
    std::set<std::string> compared;
    for (const auto& [name, number] : numbers()) compared.insert(name);
    EXPECT_EQ(compared, with_default);
}

TEST(YealinkDocumented, has_the_documented_default_when_left_out_or_empty) {
    const auto parameters = documented();
    for (const auto& [name, number] : numbers()) {
        for (const auto& value : {std::optional<std::string>(), std::optional<std::string>(""),
                                  std::optional<std::string>("%NULL%")}) {
            const auto loaded = with(name, value);
            ASSERT_THAT(lines(loaded.errors), IsEmpty()) << name;
            EXPECT_EQ(number(loaded.config), parameters.at(name).fallback) << name;
        }
    }
}

TEST(YealinkDocumented, takes_both_ends_of_the_range) {
    const auto parameters = documented();
    for (const auto& [name, number] : numbers()) {
        for (const auto end : {parameters.at(name).min, parameters.at(name).max}) {
            if (!end) continue;
            const auto loaded = with(name, std::to_string(*end));
            ASSERT_THAT(lines(loaded.errors), IsEmpty()) << name;
            EXPECT_EQ(number(loaded.config), *end) << name;
        }
    }
}

TEST(YealinkDocumented, refuses_what_lies_outside_the_range) {
    for (const auto& [name, parameter] : documented()) {
        const bool clamps = name.ends_with("failback_timeout");
        if (parameter.min && !clamps) {
            const auto below = std::to_string(static_cast<long long>(*parameter.min) - 1);
            EXPECT_THAT(refusal(name, below),
                        ElementsAre(HasSubstr(key_of(name) + " = " + below + ": permitted is ")));
        }
        if (parameter.max) {
            const auto above = std::to_string(*parameter.max + 1);
            EXPECT_THAT(refusal(name, above),
                        ElementsAre(HasSubstr(key_of(name) + " = " + above + ": permitted is ")));
        }
        if (parameter.fallback) {
            EXPECT_THAT(refusal(name, "many"), testing::SizeIs(1)) << name;
        }
    }
}

TEST(YealinkDocumented, takes_too_short_a_failback_timeout_for_the_shortest) {
    const std::string name = "account.X.sip_server.Y.failback_timeout";
    const auto shortest = documented().at(name).min.value();
    const auto seconds = numbers().at(name);
    for (const auto value : {1U, shortest - 1}) {
        const auto loaded = with(name, std::to_string(value));
        EXPECT_THAT(lines(loaded.errors), IsEmpty());
        EXPECT_EQ(seconds(loaded.config), shortest);
        EXPECT_THAT(lines(loaded.warnings),
                    testing::Contains(HasSubstr(key_of(name) + " = " + std::to_string(value) +
                                                ": acts as " + std::to_string(shortest))));
    }
    for (const auto value : {0U, shortest}) {
        const auto loaded = with(name, std::to_string(value));
        EXPECT_EQ(seconds(loaded.config), value) << "0 is never, and no clamp";
        EXPECT_THAT(lines(loaded.warnings), testing::Not(testing::Contains(HasSubstr("acts as"))));
    }
    EXPECT_THAT(refusal(name, "-1"), testing::SizeIs(1));
}

TEST(YealinkDocumented, takes_strings_of_the_documented_length_and_none_longer) {
    unsigned found = 0;
    for (const auto& [name, parameter] : documented()) {
        if (!parameter.length) continue;
        ++found;
        std::string longest;
        while (longest.size() < *parameter.length) longest += longest.size() % 4 == 3 ? '.' : 'a';
        longest.back() = 'a';
        EXPECT_THAT(refusal(name, longest), IsEmpty()) << name;
        EXPECT_THAT(refusal(name, longest + "a"),
                    ElementsAre(HasSubstr("at most " + std::to_string(*parameter.length))));
    }
    EXPECT_EQ(found, 2U) << "the address of a server and the service of a NAPTR record";
}

}  // namespace
}  // namespace twinline::config
