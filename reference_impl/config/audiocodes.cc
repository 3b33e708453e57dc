// The parameters of the failover table (AC-PAR-01 to AC-PAR-05), and those of lines and servers
// that it presupposes.
#include "reference_impl/config/audiocodes.hh"

#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/completeness.hh"
#include "reference_impl/config/tables.hh"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace twinline::config {

namespace {

constexpr std::uint16_t asks_srv = 65535;  // AC-PAR-04, AC-PAR-05
constexpr Indices audiocodes_lines{0, 7};
constexpr std::string_view unset = "0.0.0.0";  // EXT-AC-03
const std::string sip = "voip/signalling/sip/";

StoreText to(std::string AudiocodesLine::*member) {
    return [member](Draft& draft, Index index, std::string_view value) {
        draft.audiocodes.lines[index.x].*member = value;
    };
}

Parameter flag(std::string name, bool AudiocodesDraft::*member) {
    return one_of(std::move(name), {}, {"0", "1"}, [member](Draft& draft, Index, std::uint32_t on) {
        draft.audiocodes.*member = on == 1;
    });
}

Parameter host_of(std::string name, HostAndPort AudiocodesDraft::*member) {
    return host(std::move(name), {}, [member](Draft& draft, Index, std::string_view value) {
        (draft.audiocodes.*member).host = std::string(value);
    });
}

Parameter port_of(std::string name, HostAndPort AudiocodesDraft::*member) {
    return integer(std::move(name), {}, 0, 65535,
                   [member](Draft& draft, Index, std::uint32_t port) {
                       (draft.audiocodes.*member).port = static_cast<std::uint16_t>(port);
                   });
}

std::vector<Parameter> line_parameters() {
    return {
        one_of("voip/line/X/enabled", audiocodes_lines, {"0", "1"},
               [](Draft& draft, Index index, std::uint32_t on) {
                   draft.audiocodes.lines[index.x].enabled = on == 1;
               }),
        sip_user("voip/line/X/id", audiocodes_lines, to(&AudiocodesLine::user)),
        text("voip/line/X/description", audiocodes_lines, to(&AudiocodesLine::display_name)),
        text("voip/line/X/auth_name", audiocodes_lines, to(&AudiocodesLine::auth_user)),
        secret_text("voip/line/X/auth_password", audiocodes_lines, to(&AudiocodesLine::password))};
}

}  // namespace

std::vector<Parameter> audiocodes_parameters() {
    using Settings = AudiocodesDraft;
    auto table = line_parameters();
    const auto add = [&](Parameter parameter) { table.push_back(std::move(parameter)); };
    add(flag(sip + "use_proxy", &Settings::uses_proxy));
    add(host_of(sip + "proxy_address", &Settings::proxy));
    add(port_of(sip + "proxy_port", &Settings::proxy));
    add(flag(sip + "use_proxy_ip_port_for_registrar", &Settings::registers_at_proxy));
    add(flag(sip + "sip_registrar/enabled", &Settings::uses_registrar));
    add(host_of(sip + "sip_registrar/addr", &Settings::registrar));
    add(port_of(sip + "sip_registrar/port", &Settings::registrar));
    add(flag(sip + "sip_outbound_proxy/enabled", &Settings::uses_outbound_proxy));
    add(host_of(sip + "sip_outbound_proxy/addr", &Settings::outbound_proxy));  // AC-PAR-03
    add(port_of(sip + "sip_outbound_proxy/port", &Settings::outbound_proxy));
    for (const auto* name : {"use_redundant_proxy", "redundant_proxy/enabled"})
        add(flag(sip + name, &Settings::uses_redundant_proxy));
    add(host_of(sip + "redundant_proxy/addr", &Settings::redundant_proxy));
    add(integer(sip + "redundant_proxy/port", {}, 1024, 65535,  // EXT-AC-03
                [](Draft& draft, Index, std::uint32_t port) {
                    draft.audiocodes.redundant_proxy.port = static_cast<std::uint16_t>(port);
                }));
    add(integer(sip + "redundant_proxy/keepalive_period", {}, 0, 300,
                [](Draft& draft, Index, std::uint32_t seconds) {
                    draft.audiocodes.redundant_keep_alive = std::chrono::seconds(seconds);
                }));
    add(flag(sip + "redundant_proxy/symmetric_mode", &Settings::symmetric));  // EXT-AC-01
    add(one_of(sip + "transport_protocol", {}, {"UDP", "TCP", "TLS"},
               [](Draft& draft, Index, std::uint32_t ordinal) {
                   draft.audiocodes.transport = static_cast<TransportChoice>(ordinal);
               }));
    add(integer(sip + "outgoing_request_no_response_timeout_ms", {}, 1, longest_time,
                [](Draft& draft, Index, std::uint32_t ms) {
                    draft.audiocodes.silence_limit = std::chrono::milliseconds(ms);
                }));
    add(integer(sip + "proxy_timeout", {}, 1, longest_time,
                [](Draft& draft, Index, std::uint32_t seconds) {
                    draft.audiocodes.expires = std::chrono::seconds(seconds);
                }));
    add(integer(sip + "port", {}, 1, 65535, [](Draft& draft, Index, std::uint32_t port) {
        draft.config.local_port = static_cast<std::uint16_t>(port);
    }));
    add(flag("voip/services/msg_waiting_ind/subscribe", &Settings::mwi));
    add(integer("voip/services/msg_waiting_ind/expiration_timeout", {}, 30, longest_time,
                [](Draft& draft, Index, std::uint32_t seconds) {
                    draft.audiocodes.mwi_expires = std::chrono::seconds(seconds);
                }));
    add(address(
        "network/lan/domain_name_server/X", {0, 1},
        [](Draft& draft, Index index, wire::Ipv4 server) { draft.dns_servers[index.x] = server; }));
    return table;
}

namespace {

class AudiocodesReader {
  public:
    AudiocodesReader(std::string_view file, Loaded& loaded) : file_(file), loaded_(loaded) {}

    void run(std::string_view text);

  private:
    Server server(const HostAndPort& where) const;
    void finish(unsigned index, const AudiocodesLine& line);
    void error(std::string text) {
        loaded_.errors.push_back({std::string(file_), 0, std::move(text)});
    }

    std::string_view file_;
    Loaded& loaded_;
    Draft draft_;
};

// 65535 stands for the port that SRV names (AC-PAR-04); nothing for 5060.
Server AudiocodesReader::server(const HostAndPort& where) const {
    Server server;
    const auto port = where.port.value_or(0);
    server.host = *where.host;
    server.port = port == asks_srv ? 0 : port == 0 ? 5060 : port;
    server.transport = draft_.audiocodes.transport;
    server.expires = draft_.audiocodes.expires;
    return server;
}

void AudiocodesReader::finish(unsigned index, const AudiocodesLine& line) {
    const auto& draft = draft_.audiocodes;
    Account account;
    account.index = index + 1;
    account.user = line.user;
    account.display_name = line.display_name;
    account.auth_user = line.auth_user;
    account.password = line.password;
    if (account.user.empty())
        error(fmt::format("voip/line/{}/id is missing: required while voip/line/{}/enabled is 1",
                          index, index));
    if (draft.uses_proxy && draft.proxy.host) account.servers = {server(draft.proxy)};
    if (draft.uses_registrar && !draft.registers_at_proxy && draft.registrar.host)
        account.registrars = {server(draft.registrar)};
    if (account.servers.empty()) account.servers = account.registrars;
    if (account.servers.empty()) {
        error(sip + "proxy_address is missing: required while a line is enabled");
        return;
    }
    if (draft.uses_outbound_proxy && draft.outbound_proxy.host)
        account.outbound_proxies = {server(draft.outbound_proxy)};
    if (draft.uses_redundant_proxy && draft.redundant_proxy.host &&
        *draft.redundant_proxy.host != unset)
        account.redundant = RedundantProxy{server(draft.redundant_proxy),
                                           draft.redundant_keep_alive, draft.symmetric};
    account.silence_limit = draft.silence_limit;
    if (draft.mwi)
        account.subscriptions = {{EventPackage::message_summary, account.user, draft.mwi_expires}};
    draft_.config.accounts.push_back(std::move(account));
}

void AudiocodesReader::run(std::string_view text) {
    const auto assignments = read_key_values(file_, text, loaded_.errors);
    draft_ = apply(audiocodes_parameters(), file_, assignments, loaded_);
    for (const auto& [index, line] : draft_.audiocodes.lines)
        if (line.enabled) finish(index, line);
    for (const auto& [index, server] : draft_.dns_servers)
        draft_.config.dns_servers.push_back(server);
    draft_.config.vendor = Vendor::audiocodes;
    complete(loaded_, std::move(draft_.config));
}

}  // namespace

Loaded load_audiocodes(std::string_view file_name, std::string_view text, const Options&) {
    Loaded loaded;
    AudiocodesReader(file_name, loaded).run(text);
    return loaded;
}

}  // namespace twinline::config
