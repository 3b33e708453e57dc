// The parameters of the generic profile; defaults are those of phone_config.hh (RFC 3261
// section 10.2 and table 4).
#include "reference_impl/config/generic.hh"

#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/completeness.hh"
#include "reference_impl/config/tables.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::config {

namespace {

constexpr Indices accounts{1, 16};
constexpr std::uint32_t longest_expires = 2147483647;
constexpr std::uint32_t longest_timer_ms = 60000;
constexpr std::size_t longest_list = 512;

StoreText store(std::string Account::*member) {
    return [member](Draft& draft, unsigned index, std::string_view value) {
        draft.account(index).*member = value;
    };
}

Server& outbound(Draft& draft, unsigned index, std::size_t which = 0) {
    auto& proxies = draft.account(index).outbound_proxies;
    if (proxies.size() <= which) proxies.resize(which + 1);
    return proxies[which];
}

std::vector<Parameter> account_parameters() {
    return {
        one_of("account.X.enable", accounts, {"0", "1"},
               [](Draft& d, unsigned x, std::uint32_t on) { d.account(x).enabled = on == 1; }),
        one_of("account.X.register", accounts, {"0", "1"},
               [](Draft& d, unsigned x, std::uint32_t on) { d.account(x).registers = on == 1; }),
        sip_user("account.X.user", accounts, store(&Account::user)),
        text("account.X.display_name", accounts, store(&Account::display_name)),
        text("account.X.auth_user", accounts, store(&Account::auth_user)),
        secret_text("account.X.password", accounts, store(&Account::password)),
        host("account.X.domain", accounts, store(&Account::domain)),
        host("account.X.registrar", accounts,
             [](Draft& d, unsigned x, std::string_view name) {
                 d.account(x).servers.front().host = name;
             }),
        integer("account.X.port", accounts, 0, 65535,
                [](Draft& d, unsigned x, std::uint32_t port) {
                    d.account(x).servers.front().port = static_cast<std::uint16_t>(port);
                }),
        one_of("account.X.transport", accounts, {"udp", "tcp", "tls", "auto"},
               [](Draft& d, unsigned x, std::uint32_t ordinal) {
                   d.account(x).servers.front().transport = static_cast<TransportChoice>(ordinal);
               }),
        integer("account.X.expires", accounts, 30, longest_expires,
                [](Draft& d, unsigned x, std::uint32_t seconds) {
                    d.account(x).servers.front().expires = std::chrono::seconds(seconds);
                }),
        host("account.X.outbound_proxy", accounts,
             [](Draft& d, unsigned x, std::string_view name) { outbound(d, x).host = name; }),
        integer("account.X.outbound_port", accounts, 0, 65535,
                [](Draft& d, unsigned x, std::uint32_t port) {
                    outbound(d, x).port = static_cast<std::uint16_t>(port);
                }),
        host("account.X.second_outbound_proxy", accounts,
             [](Draft& d, unsigned x, std::string_view name) { outbound(d, x, 1).host = name; }),
        integer("account.X.second_outbound_port", accounts, 0, 65535,
                [](Draft& d, unsigned x, std::uint32_t port) {
                    outbound(d, x, 1).port = static_cast<std::uint16_t>(port);
                }),
        one_of("account.X.outbound", accounts, {"0", "1"},  // RFC 5626
               [](Draft& d, unsigned x, std::uint32_t on) { d.account(x).outbound = on == 1; }),
        integer("account.X.keep_alive", accounts, 1, longest_expires,
                [](Draft& d, unsigned x, std::uint32_t seconds) {
                    d.account(x).keep_alive = std::chrono::seconds(seconds);
                }),
    };
}

Parameter timer(std::string name, std::uint32_t high_ms,
                std::chrono::milliseconds SipTimers::*member) {
    return integer(std::move(name), {}, 100, high_ms,
                   [member](Draft& d, unsigned, std::uint32_t ms) {
                       d.config.timers.*member = std::chrono::milliseconds(ms);
                   });
}

// "common.cfg, {mac}.cfg"
std::vector<std::string> names_in(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (const auto name = wire::trim(list.substr(0, comma)); !name.empty())
            names.emplace_back(name);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return names;
}

std::vector<Parameter> provisioning_parameters() {
    return {download_url("provisioning.url", {},
                         [](Draft& d, unsigned, std::string_view value) {
                             d.config.provisioning =
                                 provisioning_at(*parse_download_url(value), d.config.provisioning);
                         }),
            text_within("provisioning.files", {}, longest_list,
                        [](Draft& d, unsigned, std::string_view value) {
                            d.config.provisioning.files = names_in(value);
                        }),
            folder("provisioning.firmware", {}, [](Draft& d, unsigned, std::string_view value) {
                d.config.provisioning.firmware = value;
            })};
}

}  // namespace

std::vector<Parameter> generic_parameters() {
    auto table = account_parameters();
    table.push_back(address("dns.server.X", {1, 2}, [](Draft& d, unsigned x, wire::Ipv4 server) {
        d.dns_servers[x] = server;
    }));
    table.push_back(timer("sip.t1_ms", 10000, &SipTimers::t1));
    table.push_back(timer("sip.t2_ms", longest_timer_ms, &SipTimers::t2));
    table.push_back(timer("sip.t4_ms", longest_timer_ms, &SipTimers::t4));
    table.push_back(
        integer("sip.local_port", {}, 1, 65535, [](Draft& d, unsigned, std::uint32_t port) {
            d.config.local_port = static_cast<std::uint16_t>(port);
        }));
    const auto check = [&](const char* name, bool PhoneConfig::*member) {
        table.push_back(
            one_of(name, {}, {"0", "1"},
                   [member](Draft& d, unsigned, std::uint32_t on) { d.config.*member = on == 1; }));
    };
    check("tls.check_certificate", &PhoneConfig::checks_certificates);
    check("tls.check_name", &PhoneConfig::checks_names);
    table.push_back(
        integer("sip.media_port", {}, 1024, 65534, [](Draft& d, unsigned, std::uint32_t port) {
            d.config.media_port = static_cast<std::uint16_t>(port);
        }));
    table.push_back(integer("sip.auto_answer_ms", {}, 0, longest_timer_ms,
                            [](Draft& d, unsigned, std::uint32_t ms) {
                                d.config.answers_after = std::chrono::milliseconds(ms);
                            }));
    for (auto& parameter : provisioning_parameters()) table.push_back(std::move(parameter));
    table.push_back(text("sip.user_agent", {}, [](Draft& d, unsigned, std::string_view name) {
        d.config.user_agent = name;
    }));
    return table;
}

namespace {

// Each proxy is reached over the transport of its account; a port alone names no proxy, and a
// second one needs a first, and SIP outbound to be used beside it.
void finish_outbound(const Draft& draft, Account& account, std::string_view file, Loaded& loaded) {
    auto& proxies = account.outbound_proxies;
    const auto key = [&](const char* name) {
        return fmt::format("account.{}.{}", account.index, name);
    };
    for (auto& proxy : proxies) proxy.transport = account.servers.front().transport;
    if (proxies.size() > 1) {
        if (proxies[1].host.empty())
            warn_without(draft, key("second_outbound_port"), key("second_outbound_proxy"), file,
                         loaded);
        else if (proxies[0].host.empty())
            warn_without(draft, key("second_outbound_proxy"), key("outbound_proxy"), file, loaded);
        else if (!account.outbound)
            warn_without(draft, key("second_outbound_proxy"), key("outbound"), file, loaded);
        if (proxies[1].host.empty() || proxies[0].host.empty() || !account.outbound)
            proxies.resize(1);
    }
    if (proxies.empty() || !proxies.front().host.empty()) return;
    proxies.clear();
    warn_without(draft, key("outbound_port"), key("outbound_proxy"), file, loaded);
}

}  // namespace

Loaded load_generic(std::string_view file_name, std::string_view text) {
    Loaded loaded;
    const auto assignments = read_key_values(file_name, text, loaded.errors);
    auto draft = apply(generic_parameters(), file_name, assignments, loaded);
    for (auto& [index, account] : draft.accounts) {
        require(draft, account, {"user", "registrar"}, file_name, loaded);
        finish_outbound(draft, account, file_name, loaded);
        draft.config.accounts.push_back(account);
    }
    for (const auto& [index, server] : draft.dns_servers)
        draft.config.dns_servers.push_back(server);
    draft.config.vendor = Vendor::generic;
    complete(loaded, std::move(draft.config));
    return loaded;
}

}  // namespace twinline::config
