// What is seen of each line of a phone, put into the words of its vendor.
#include "rig/field/inferred.hh"

#include "rig/field/lines.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::field {

namespace {

void add_generic(const Line& line, unsigned number, bool saw_dns, Parameters& all) {
    const auto add = [&](std::string_view name, std::string value) {
        all.push_back({fmt::format("account.{}.{}", number, name), std::move(value)});
    };
    const auto& registrar = line.registrars.front();
    const auto& target = line.proxies.empty() ? registrar : line.proxies.front();
    add("enable", "1");
    add("user", line.user);
    if (!line.login.empty() && line.login != line.user) add("auth_user", line.login);
    add("password", "unknown");
    add("domain", line.domain);
    add("registrar", registrar.host);
    add("port", fmt::to_string(registrar.port));
    add("transport",
        target.port == 0 && saw_dns && line.asks_naptr ? std::string("auto") : line.transport);
    if (!line.expires.empty() && line.expires != "0") add("expires", line.expires);
    if (!line.proxies.empty()) {
        add("outbound_proxy", target.host);
        add("outbound_port", fmt::to_string(target.port));
    }
    if (line.proxies.size() > 1) {
        add("second_outbound_proxy", line.proxies[1].host);
        add("second_outbound_port", fmt::to_string(line.proxies[1].port));
    }
    if (line.has_flows) add("outbound", "1");
}

void add_yealink(const Line& line, unsigned number, bool saw_dns, Parameters& all) {
    const auto add = [&](std::string_view name, std::string value) {
        all.push_back({fmt::format("account.{}.{}", number, name), std::move(value)});
    };
    add("enable", "1");
    add("label", line.user);
    add("user_name", line.user);
    add("auth_name", line.login.empty() ? line.user : line.login);
    add("password", "unknown");
    constexpr std::size_t most_servers = 2;
    for (std::size_t y = 1; y <= std::min(most_servers, line.registrars.size()); ++y) {
        const auto& server = line.registrars[y - 1];
        const auto key = fmt::format("sip_server.{}.", y);
        add(key + "address", server.host);
        add(key + "port", fmt::to_string(server.port));
        add(key + "transport_type", server.port == 0 && saw_dns && line.asks_naptr ? "3"
                                    : line.transport == "tcp"                      ? "1"
                                    : line.transport == "tls"                      ? "2"
                                                                                   : "0");
        if (!line.expires.empty() && line.expires != "0") add(key + "expires", line.expires);
    }
    if (line.proxies.empty()) return;
    add("outbound_proxy_enable", "1");
    add("outbound_host", line.proxies.front().host);
    add("outbound_port", fmt::to_string(line.proxies.front().port));
    if (line.proxies.size() < 2) return;
    add("backup_outbound_host", line.proxies[1].host);
    add("backup_outbound_port", fmt::to_string(line.proxies[1].port));
}

}  // namespace

Parameters parameters_of(const Phone& phone, const Environment& met, std::string_view vendor) {
    Parameters all;
    unsigned number = 0;
    const bool is_yealink = vendor == "yealink";
    const auto servers = is_yealink ? Servers::may_have_domains : Servers::share_a_domain;
    for (const auto& line : lines_of(phone, met, servers))
        (is_yealink ? add_yealink : add_generic)(line, ++number, met.saw_dns, all);
    if (is_yealink) return all;
    for (const auto& server : met.servers)
        if (server.names && server.role <= "dns-2")
            all.push_back({"dns.server." + server.role.substr(4), server.address});
    return all;
}

Parameters with(Parameters known, const Parameters& more) {
    for (const auto& parameter : more) {
        const auto found = std::ranges::find(known, parameter.name, &Parameter::name);
        if (found == known.end())
            known.push_back(parameter);
        else
            found->value = parameter.value;
    }
    return known;
}

std::string text_of(const Parameters& parameters, std::string_view vendor) {
    std::string text = vendor == "yealink" ? "#!version:1.0.0.1\n" : "";
    for (const auto& [name, value] : parameters) text += fmt::format("{} = {}\n", name, value);
    return text;
}

}  // namespace twinline::field
