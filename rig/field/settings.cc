// What is inferred stays small: accounts, servers and transports. Every other parameter keeps the
// default that its document gives, and the report says so.
#include "rig/field/settings.hh"

#include "reference_impl/config/loader.hh"
#include "rig/field/names.hh"
#include "rig/field/text.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/file_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

// What a capture tells of one line.
struct Line {
    std::string user, login, domain, registrar, transport = "udp";
    std::uint16_t port = 5060;
    bool by_dns = false;  // SRV or NAPTR was asked for it
    std::string expires;
};

std::vector<Line> lines_of(const Phone& phone) {
    std::vector<Line> lines;
    for (const auto& address : phone.lines) {
        auto& line = lines.emplace_back();
        for (const auto& event : phone.events) {
            if (event.kind != "sip.request" || event.direction != Direction::out ||
                event.field("method") != "REGISTER" || line_of(event.field("to_uri")) != address)
                continue;
            if (const auto login = event.field("username"); !login.empty()) line.login = login;
            if (!line.user.empty()) continue;
            line.user = user_of(event.field("to_uri"));
            line.domain = host_of(event.field("to_uri"));
            line.registrar = host_of(event.field("uri"));
            line.transport = event.field("transport");
            line.port = static_cast<std::uint16_t>(std::stoul("0" + event.peer_port));
            line.expires = event.field("expires");
        }
        for (const auto& event : phone.events)
            if (event.kind == "dns.query" &&
                (event.field("type") == "SRV" || event.field("type") == "NAPTR") &&
                event.field("name").ends_with(line.registrar))
                line.by_dns = true;
        // Servers that change under one name have come from the DNS, seen or not.
        std::set<std::string> servers;
        for (const auto& event : phone.events)
            if (event.kind == "sip.request" && event.field("method") == "REGISTER" &&
                event.direction == Direction::out)
                servers.insert(event.peer);
        line.by_dns =
            line.by_dns || (servers.size() > 1 && !scenario::is_dotted_address(line.registrar));
    }
    return lines;
}

std::string generic_text(const std::vector<Line>& lines, const Environment& met) {
    std::string text;
    unsigned number = 0;
    for (const auto& line : lines) {
        const auto key = fmt::format("account.{}.", ++number);
        text += key + "enable = 1\n" + key + "user = " + line.user + '\n';
        if (!line.login.empty() && line.login != line.user)
            text += key + "auth_user = " + line.login + '\n';
        text += key + "password = unknown\n";
        text +=
            key + "domain = " + line.domain + '\n' + key + "registrar = " + line.registrar + '\n';
        text += fmt::format("{}port = {}\n", key, line.by_dns ? 0 : line.port);
        text +=
            key + "transport = " + (line.by_dns && met.saw_dns ? "auto" : line.transport) + '\n';
        if (!line.expires.empty() && line.expires != "0")
            text += key + "expires = " + line.expires + '\n';
    }
    for (const auto& server : met.servers)
        if (server.names && server.role <= "dns-2")
            text += fmt::format("dns.server.{} = {}\n", server.role.substr(4), server.address);
    return text;
}

std::string yealink_text(const std::vector<Line>& lines, const Environment& met) {
    std::string text = "#!version:1.0.0.1\n";
    unsigned number = 0;
    for (const auto& line : lines) {
        const auto key = fmt::format("account.{}.", ++number);
        const auto server = key + "sip_server.1.";
        text += key + "enable = 1\n" + key + "label = " + line.user + '\n';
        text += key + "user_name = " + line.user + '\n';
        text += key + "auth_name = " + (line.login.empty() ? line.user : line.login) + '\n';
        text += key + "password = unknown\n" + server + "address = " + line.registrar + '\n';
        text += fmt::format("{}port = {}\n", server, line.by_dns ? 0 : line.port);
        const auto type = line.by_dns && met.saw_dns ? 3
                          : line.transport == "tcp"  ? 1
                          : line.transport == "tls"  ? 2
                                                     : 0;
        text += fmt::format("{}transport_type = {}\n", server, type);
    }
    return text;
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file))
        throw scenario::BadInput({{{file.string(), 0}, "cannot be read"}});
    return {std::istreambuf_iterator<char>(in), {}};
}

void load(Settings& settings) {
    config::Vendor vendor{};
    if (!config::parse_vendor(settings.vendor, vendor))
        throw scenario::BadInput({{{settings.file, 0}, "no vendor is called " + settings.vendor}});
    auto loaded = config::load(vendor, settings.file, settings.text,
                               {.model = {}, .firmware = settings.firmware});
    std::vector<scenario::Fault> faults;
    for (const auto& error : loaded.errors)
        faults.push_back({{error.file, error.line}, error.text});
    if (!faults.empty()) throw scenario::BadInput(std::move(faults));
    settings.config = std::move(loaded.config);
}

Settings given_by(const SettingsWanted& wanted) {
    Settings settings;
    settings.firmware = wanted.firmware;
    settings.file = wanted.file.string();
    settings.text = read_text(wanted.file);
    settings.vendor = wanted.vendor.empty() ? vendor_by_syntax(settings.text) : wanted.vendor;
    load(settings);
    return settings;
}

}  // namespace

std::string vendor_by_agent(std::string_view user_agent) {
    const auto name = lower(user_agent);
    if (name.find("yealink") != name.npos) return "yealink";
    if (name.find("aastra") != name.npos || name.find("mitel 6") != name.npos) return "aastra";
    if (name.find("audiocodes") != name.npos) return "audiocodes";
    return "generic";
}

std::string vendor_by_syntax(std::string_view text) {
    const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
    if (has("voip/line/") || has("voip/signalling/")) return "audiocodes";
    if (has(".sip_server.") || has(".sip_server_host")) return "yealink";
    if (has("sip proxy ip") || has("sip registrar ip") || has("sip line1 ")) return "aastra";
    return "generic";
}

bool has_lines_of(const SettingsWanted& wanted, const Phone& phone) {
    const auto given = given_by(wanted);
    return std::ranges::any_of(given.config.accounts, [&](const config::Account& account) {
        return std::ranges::any_of(phone.lines, [&](const std::string& line) {
            return line.starts_with(account.user + '@');
        });
    });
}

Settings settings_of(const SettingsWanted& wanted, const Phone& phone, const Environment& met) {
    if (!wanted.file.empty()) return given_by(wanted);
    Settings settings;
    settings.firmware = wanted.firmware;
    settings.vendor = wanted.vendor;
    settings.inferred = true;
    settings.file = "inferred configuration";
    if (settings.vendor.empty()) settings.vendor = vendor_by_agent(phone.user_agent);
    const auto lines = lines_of(phone);
    if (settings.vendor == "aastra" || settings.vendor == "audiocodes") {
        settings.notes.push_back("without its configuration a phone of " + settings.vendor +
                                 " is measured by the RFCs alone");
        settings.vendor = "generic";
    }
    settings.text =
        settings.vendor == "yealink" ? yealink_text(lines, met) : generic_text(lines, met);
    load(settings);
    settings.notes.push_back(
        "no configuration was given: accounts and servers are taken from the capture, every other "
        "parameter has its documented default");
    return settings;
}

}  // namespace twinline::field
