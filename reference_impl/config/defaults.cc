// The defaults stand as text, as a file writes them; that the reference takes each for what it does
// without it is a test's business.
#include "reference_impl/config/defaults.hh"

#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/tables.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <vector>

namespace twinline::config {

namespace {

struct Default {
    std::string_view name;  // as in the table of parameters
    std::string_view value;
};

constexpr std::array generic{
    Default{"account.X.enable", "0"},     Default{"account.X.register", "1"},
    Default{"account.X.port", "0"},       Default{"account.X.transport", "auto"},
    Default{"account.X.expires", "3600"}, Default{"account.X.outbound", "0"},
    Default{"sip.t1_ms", "500"},          Default{"sip.t2_ms", "4000"},
    Default{"sip.t4_ms", "5000"},         Default{"sip.local_port", "5060"},
    Default{"sip.media_port", "11780"},   Default{"tls.check_certificate", "1"},
    Default{"tls.check_name", "1"},       Default{"sip.user_agent", "Twinline"}};

constexpr std::array yealink{Default{"account.X.enable", "0"},
                             Default{"account.X.sip_server.Y.port", "5060"},
                             Default{"account.X.sip_server.Y.transport_type", "0"},
                             Default{"account.X.sip_server.Y.expires", "3600"},
                             Default{"account.X.sip_server.Y.retry_counts", "3"},
                             Default{"account.X.outbound_proxy_enable", "0"},
                             Default{"account.X.outbound_port", "5060"},
                             Default{"account.X.backup_outbound_port", "5060"},
                             Default{"account.X.outbound_proxy.Y.port", "5060"},
                             Default{"account.X.fallback.redundancy_type", "0"},
                             Default{"account.X.fallback.timeout", "120"},
                             Default{"account.X.outbound_proxy_fallback_interval", "3600"},
                             Default{"account.X.sip_server.Y.register_on_enable", "0"},
                             Default{"account.X.sip_server.Y.only_signal_with_registered", "0"},
                             Default{"account.X.sip_server.Y.invite_retry_counts", "3"},
                             Default{"account.X.sip_server.Y.failback_mode", "0"},
                             Default{"account.X.sip_server.Y.failback_timeout", "3600"},
                             Default{"account.X.sip_server.Y.failback_subscribe.enable", "0"},
                             Default{"account.X.dns_cache_type", "1"},
                             Default{"account.X.static_cache_pri", "0"},
                             Default{"account.X.naptr_build", "0"},
                             Default{"account.X.subscribe_mwi", "0"},
                             Default{"account.X.subscribe_mwi_expires", "3600"},
                             Default{"account.X.subscribe_mwi_to_vm", "0"},
                             Default{"account.X.blf.subscribe_period", "1800"},
                             Default{"account.X.shared_line", "0"},
                             Default{"account.X.sub_fail_retry_interval", "30"},
                             Default{"linekey.X.type", "0"},
                             Default{"linekey.X.line", "1"},
                             Default{"dns_cache_a.X.ttl", "300"},
                             Default{"dns_cache_srv.X.port", "0"},
                             Default{"dns_cache_srv.X.priority", "0"},
                             Default{"dns_cache_srv.X.weight", "0"},
                             Default{"dns_cache_srv.X.ttl", "300"},
                             Default{"dns_cache_naptr.X.order", "0"},
                             Default{"dns_cache_naptr.X.preference", "0"},
                             Default{"dns_cache_naptr.X.ttl", "300"},
                             Default{"security.trust_certificates", "1"},
                             Default{"security.cn_validation", "1"}};

constexpr std::array aastra{Default{"sip transport protocol", "1"},
                            Default{"sip dns query type", "1"},
                            Default{"sip outbound support", "0"},
                            Default{"sips persistent tls", "0"},
                            Default{"sip persistent tls keep alive", "0"},
                            Default{"sip local port", "5060"},
                            Default{"sip t1 timer", "500"},
                            Default{"sip t2 timer", "4000"},
                            Default{"sip transaction timer", "4000"},
                            Default{"sip blacklist duration", "300"},
                            Default{"sip registration retry timer", "1800"},
                            Default{"sip registration timeout retry timer", "120"},
                            Default{"sip registration renewal timer", "15"},
                            Default{"sip registration period", "0"},
                            Default{"sip explicit mwi subscription", "0"},
                            Default{"sip mode", "0"},
                            Default{"sip explicit mwi subscription period", "86400"},
                            Default{"sip blf subscription period", "3600"},
                            Default{"sip bla subscription period", "300"},
                            Default{"sip subscription timeout retry timer", "0"}};

constexpr std::array audiocodes{
    Default{"voip/line/X/enabled", "0"},
    Default{"voip/signalling/sip/use_proxy", "1"},
    Default{"voip/signalling/sip/proxy_port", "5060"},
    Default{"voip/signalling/sip/use_proxy_ip_port_for_registrar", "1"},
    Default{"voip/signalling/sip/sip_registrar/enabled", "0"},
    Default{"voip/signalling/sip/sip_registrar/port", "5060"},
    Default{"voip/signalling/sip/sip_outbound_proxy/enabled", "0"},
    Default{"voip/signalling/sip/sip_outbound_proxy/port", "5060"},
    Default{"voip/signalling/sip/use_redundant_proxy", "0"},
    Default{"voip/signalling/sip/redundant_proxy/enabled", "0"},
    Default{"voip/signalling/sip/redundant_proxy/addr", "0.0.0.0"},
    Default{"voip/signalling/sip/redundant_proxy/port", "5060"},
    Default{"voip/signalling/sip/redundant_proxy/keepalive_period", "60"},
    Default{"voip/signalling/sip/redundant_proxy/symmetric_mode", "0"},
    Default{"voip/signalling/sip/transport_protocol", "UDP"},
    Default{"voip/signalling/sip/outgoing_request_no_response_timeout_ms", "32000"},
    Default{"voip/signalling/sip/proxy_timeout", "3600"},
    Default{"voip/signalling/sip/port", "5060"},
    Default{"voip/services/msg_waiting_ind/subscribe", "0"},
    Default{"voip/services/msg_waiting_ind/expiration_timeout", "3600"}};

struct Syntax {
    std::vector<Parameter> table;
    std::span<const Default> defaults;
    char sign = '=';
    std::string_view between = " = ";
    std::string_view none{};  // stands for no value
};

Syntax syntax_of(Vendor vendor, const Options& options) {
    switch (vendor) {
        case Vendor::generic:
            return {generic_parameters(), generic};
        case Vendor::yealink:
            // The phone takes it for the default; an empty value could be one of its own.
            return {yealink_parameters(yealink_phone(options).value_or(YealinkPhone{})), yealink,
                    '=', " = ", "%NULL%"};
        case Vendor::aastra:
            return {aastra_parameters(), aastra, ':', ": "};
        case Vendor::audiocodes:
            return {audiocodes_parameters(), audiocodes, '=', "="};
    }
    return {};
}

// Where the configuration comes from is the server's to say; a line of Aastra's takes from all.
bool is_left_alone(std::string_view name) {
    return name.find("provision") != name.npos || name.find("firmware") != name.npos ||
           name.starts_with("sip lineX ") || name.find("download") != name.npos ||
           name.starts_with("tftp ") || name.starts_with("alternate tftp") ||
           name.starts_with("ftp ") || name.starts_with("http ") || name.starts_with("https ");
}

// Two names for one switch: the one that is written counts.
std::string_view twin_of(std::string_view key) {
    constexpr std::string_view used = "voip/signalling/sip/use_redundant_proxy",
                               enabled = "voip/signalling/sip/redundant_proxy/enabled";
    return key == used ? enabled : key == enabled ? used : std::string_view();
}

std::set<std::string, std::less<>> keys_in(const Syntax& syntax, std::string_view text) {
    std::set<std::string, std::less<>> given;
    std::vector<Notice> ignored;
    for (const auto& assignment : read_key_values({}, text, ignored, syntax.sign)) {
        const auto key = syntax.sign == ':' ? wire::lower_case(assignment.key) : assignment.key;
        given.insert(key);
        for (const auto& parameter : syntax.table)
            if (const auto index = parameter.index_in(key); index && !parameter.documented.empty())
                given.insert(parameter.documented_with(*index));
    }
    return given;
}

}  // namespace

std::string with_defaults(Vendor vendor, std::string_view text, const Options& options) {
    const auto syntax = syntax_of(vendor, options);
    const auto given = keys_in(syntax, text);
    std::string whole(text);
    if (!whole.empty() && whole.back() != '\n') whole += '\n';
    // An account that the file speaks of is on unless it says otherwise; any other is off.
    const auto spoken_of = [&](unsigned account) {
        const auto prefix = fmt::format("account.{}.", account);
        const auto first = given.lower_bound(prefix);
        return first != given.end() && first->starts_with(prefix);
    };
    const auto value_of = [&](const Parameter& parameter, unsigned x) {
        if (vendor == Vendor::generic && parameter.name == "account.X.enable" && spoken_of(x))
            return std::string_view("1");
        const auto found = std::ranges::find(syntax.defaults, parameter.name, &Default::name);
        return found == syntax.defaults.end() ? syntax.none : found->value;
    };
    for (const auto& parameter : syntax.table) {
        if (!parameter.documented.empty() || !parameter.inapplicable.empty() ||
            is_left_alone(parameter.name))
            continue;
        const auto& range = parameter.indices;
        for (unsigned x = range.low; x <= range.high; ++x)
            for (unsigned y = range.low_y; y <= range.high_y; ++y) {
                const auto key = parameter.name_with({x, y});
                if (given.contains(key) || given.contains(twin_of(key))) continue;
                whole += fmt::format("{}{}{}\n", key, syntax.between, value_of(parameter, x));
            }
    }
    return whole;
}

}  // namespace twinline::config
