// Reads sofia-sip's structures (RFC 3261 section 20) into values that own their text.
#include "reference_impl/wire/sip_values.hh"

#include "reference_impl/wire/sip_syntax.hh"
#include "reference_impl/wire/text.hh"

#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/url.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace twinline::wire {

namespace {

std::string text_of(const char* text) { return text ? std::string(text) : std::string(); }

std::string text_of(const url_t& url) {
    const auto length = url_e(nullptr, 0, &url);
    if (length <= 0) return {};
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    url_e(text.data(), length + 1, &url);
    text.pop_back();
    return text;
}

Param param_of(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {std::string(text), {}};
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::vector<Param> params_of(const msg_param_t* list) {
    std::vector<Param> params;
    for (; list && *list; ++list) params.push_back(param_of(*list));
    return params;
}

// sofia-sip takes a URI without scheme, and a path in a SIP URI (RFC 3261 section 19.1.1).
bool is_well_formed(const url_t& url, std::string_view text) {
    const bool sip = url.url_type == url_sip || url.url_type == url_sips;
    const bool host_only = !url.url_path && url.url_host && is_host(url.url_host);
    return url.url_scheme && is_uri(text) && (!sip || host_only);
}

// sofia-sip keeps the branch among the parameters; here it has a member of its own.
std::optional<Via> via_of(const sip_via_t& parsed) {
    constexpr std::string_view protocol = "SIP/2.0/";
    const auto sent = std::string_view(parsed.v_protocol ? parsed.v_protocol : "");
    if (!equal_ignoring_case(sent.substr(0, protocol.size()), protocol)) return std::nullopt;

    Via via;
    via.transport = sent.substr(protocol.size());
    via.host = text_of(parsed.v_host);
    if (!is_token(via.transport) || !is_host(via.host)) return std::nullopt;
    if (parsed.v_port && *parsed.v_port) {
        const auto port = parse_number(parsed.v_port).value_or(0);
        if (port == 0 || port > 65535) return std::nullopt;
        via.port = static_cast<std::uint16_t>(port);
    }
    for (auto& param : params_of(parsed.v_params)) {
        if (!is_param(param)) return std::nullopt;
        if (via.branch.empty() && equal_ignoring_case(param.name, "branch")) {
            via.branch = std::move(param.value);
        } else {
            via.params.push_back(std::move(param));
        }
    }
    return via;
}

class Copier {
  public:
    Copier(const char* base, SipMessage& message, Refusal& refusal)
        : base_(base), message_(message), refusal_(refusal) {}

    void start_line(const sip_t& sip);
    void vias(const sip_via_t* via);
    void contacts(const sip_contact_t* contact);
    std::vector<NameAddr> routes(const sip_route_t* route);
    void challenges(const msg_auth_t* auth, bool proxy);
    NameAddr party(const sip_addr_t& party) {
        return name_addr(party.a_common[0], party.a_display, party.a_url[0], party.a_params);
    }
    void transaction(const sip_call_id_t& call_id, const sip_cseq_t& cseq);

  private:
    NameAddr name_addr(const sip_common_t& header, const char* display, const url_t& url,
                       const msg_param_t* params);
    void refuse(const sip_common_t& header, std::string_view what) {
        const auto* where = static_cast<const char*>(header.h_data);
        refusal_.refuse(static_cast<std::size_t>(where - base_), "malformed " + std::string(what));
    }

    const char* base_;
    SipMessage& message_;
    Refusal& refusal_;
};

void Copier::start_line(const sip_t& sip) {
    const char* version = nullptr;
    if (sip.sip_request) {
        message_.method = text_of(sip.sip_request->rq_method_name);
        message_.request_uri = text_of(sip.sip_request->rq_url[0]);
        version = sip.sip_request->rq_version;
        const auto& line = sip.sip_request->rq_common[0];
        if (!is_token(message_.method)) refuse(line, "method");
        if (!is_well_formed(sip.sip_request->rq_url[0], message_.request_uri)) {
            refuse(line, "Request-URI");
        }
    } else {
        message_.status = sip.sip_status->st_status;
        message_.reason = std::string(trim(text_of(sip.sip_status->st_phrase)));
        version = sip.sip_status->st_version;
        if (message_.status < 100 || message_.status > 699) {
            refuse(sip.sip_status->st_common[0], "status, permitted is 100 to 699");
        }
    }
    if (std::string_view(version) != sip_version_2_0) {
        refusal_.refuse(0, "version is not SIP/2.0");
    }
}

void Copier::vias(const sip_via_t* via) {
    for (; via; via = via->v_next) {
        if (auto value = via_of(*via)) {
            message_.via.push_back(std::move(*value));
        } else {
            refuse(via->v_common[0], "Via");
        }
    }
}

NameAddr Copier::name_addr(const sip_common_t& header, const char* display, const url_t& url,
                           const msg_param_t* params) {
    NameAddr value{display ? unquote(trim(display)) : std::string(), text_of(url),
                   params_of(params)};
    const bool star = header.h_class == sip_contact_class && value.uri == "*";
    const bool well_formed =
        (star || is_well_formed(url, value.uri)) && std::ranges::all_of(value.params, is_param);
    if (!well_formed) refuse(header, header.h_class->hc_name);
    return value;
}

void Copier::contacts(const sip_contact_t* contact) {
    for (; contact; contact = contact->m_next) {
        message_.contact.push_back(name_addr(contact->m_common[0], contact->m_display,
                                             contact->m_url[0], contact->m_params));
    }
}

std::vector<NameAddr> Copier::routes(const sip_route_t* route) {
    std::vector<NameAddr> routes;
    for (; route; route = route->r_next) {
        routes.push_back(
            name_addr(route->r_common[0], route->r_display, route->r_url[0], route->r_params));
    }
    return routes;
}

void Copier::challenges(const msg_auth_t* auth, bool proxy) {
    for (; auth; auth = auth->au_next) {
        Challenge challenge{proxy, text_of(auth->au_scheme), params_of(auth->au_params)};
        if (!is_token(challenge.scheme) || !std::ranges::all_of(challenge.params, is_param)) {
            refuse(auth->au_common[0], auth->au_common->h_class->hc_name);
        }
        for (auto& param : challenge.params) param.value = std::string(strip_quotes(param.value));
        message_.challenges.push_back(std::move(challenge));
    }
}

void Copier::transaction(const sip_call_id_t& call_id, const sip_cseq_t& cseq) {
    message_.call_id = text_of(call_id.i_id);
    message_.cseq = cseq.cs_seq;
    message_.cseq_method = text_of(cseq.cs_method_name);
    if (!is_word(message_.call_id)) refuse(call_id.i_common[0], "Call-ID");
    if (!is_token(message_.cseq_method)) refuse(cseq.cs_common[0], "CSeq");
}

}  // namespace

void copy_values(const sip_s& sip, const char* base, SipMessage& message, Refusal& refusal) {
    Copier copier(base, message, refusal);
    copier.start_line(sip);
    copier.vias(sip.sip_via);
    message.from = copier.party(*sip.sip_from);
    message.to = copier.party(*sip.sip_to);
    copier.transaction(*sip.sip_call_id, *sip.sip_cseq);
    copier.contacts(sip.sip_contact);
    message.route = copier.routes(sip.sip_route);
    message.record_route = copier.routes(sip.sip_record_route);
    copier.challenges(sip.sip_www_authenticate, false);
    copier.challenges(sip.sip_proxy_authenticate, true);
    if (sip.sip_payload) message.body.assign(sip.sip_payload->pl_data, sip.sip_payload->pl_len);
}

std::vector<NameAddr> routes_in(const SipMessage& message, std::string_view name) {
    std::vector<NameAddr> routes;
    std::array<su_home_t, 1> home{SU_HOME_INIT(home)};
    Refusal refusal;
    SipMessage unused;
    Copier copier("", unused, refusal);
    for (const auto& header : message.other) {
        if (!equal_ignoring_case(header.name, name)) continue;
        const auto* parsed = sip_route_make(home.data(), header.value.c_str());
        if (parsed == nullptr) refusal.refuse(0, "malformed " + header.name);
        std::ranges::move(copier.routes(parsed), std::back_inserter(routes));
    }
    su_home_deinit(home.data());
    if (refusal.first()) routes.clear();
    return routes;
}

}  // namespace twinline::wire
