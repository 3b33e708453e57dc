// RFC 3261 section 10.3 as far as a phone can tell from outside: 401, 200 with the bindings, 400
// for what is not a registration, 200 to OPTIONS.
#include "rig/world/registrar.hh"

#include "reference_impl/wire/option_tags.hh"
#include "reference_impl/wire/text.hh"
#include "rig/world/reply.hh"

#include <algorithm>

namespace twinline::world {

namespace {

constexpr std::chrono::seconds nonce_lifetime{300};

std::uint32_t expires_of(const wire::SipMessage& request, const wire::NameAddr& contact) {
    const auto text = contact.param("expires").value_or("");
    const bool digits =
        !text.empty() && text.size() < 10 &&
        std::ranges::all_of(text, [](unsigned char c) { return c >= '0' && c <= '9'; });
    return digits ? static_cast<std::uint32_t>(std::stoul(text)) : request.expires.value_or(3600);
}

// RFC 5626 section 6: a reg-id counts beside an instance only, from a phone that knows outbound.
bool asks_for_flows(const wire::SipMessage& request) {
    return wire::has_option(request, "Supported", "outbound") &&
           std::ranges::any_of(request.contact, [](const wire::NameAddr& contact) {
               return contact.param("reg-id") && contact.param("+sip.instance");
           });
}

// A phone on a stream stays on it.
std::string over(const wire::SipMessage& request, const std::string& uri) {
    const auto transport = wire::lower_case(request.via.front().transport);
    return uri + (transport == "udp" ? "" : ";transport=" + transport) + ";lr";
}

}  // namespace

wire::SipMessage Registrar::reply(const wire::SipMessage& request, const wire::Endpoint& source,
                                  int status, std::string reason) {
    return reply_to(request, source, status, std::move(reason), name_ + std::to_string(++counter_));
}

bool Registrar::is_authorized(wire::Instant now, const wire::SipMessage& request,
                              const std::string& header_name) const {
    const auto* header = request.find(header_name);
    const auto& who = request.method == "REGISTER" ? request.to : request.from;
    const auto password = passwords_.find(std::string(wire::user_of(who.uri)));
    if (header == nullptr || password == passwords_.end()) return false;
    const auto known = logins_.find(password->first);
    const auto& login = known == logins_.end() ? password->first : known->second;
    return std::ranges::any_of(nonces_, [&](const auto& nonce) {
        return now < nonce.second && header->value.find(nonce.first) != std::string::npos &&
               wire::verify(*header, {login, password->second}, request.method, name_, nonce.first);
    });
}

void Registrar::register_user(const wire::SipMessage& request, wire::SipMessage& response) const {
    for (const auto& contact : request.contact) {
        const auto expires = granted(request, contact);
        if (expires != 0)
            response.contact.push_back({"", contact.uri, {{"expires", std::to_string(expires)}}});
    }
}

std::uint32_t Registrar::granted(const wire::SipMessage& request,
                                 const wire::NameAddr& contact) const {
    return std::min(expires_of(request, contact), static_cast<std::uint32_t>(grants_.count()));
}

// Every flow of the user is told, not the one only that was asked for.
void Registrar::register_flows(wire::Instant now, const wire::SipMessage& request,
                               wire::SipMessage& response) {
    auto& flows = outbound_->flows;
    const std::string user(wire::user_of(request.to.uri));
    for (const auto& contact : request.contact) {
        const FlowKey key{user, contact.param("+sip.instance").value_or(""),
                          contact.param("reg-id").value_or("")};
        flows.erase(key);
        const auto expires = granted(request, contact);
        if (expires == 0) continue;
        Binding binding{contact, now + std::chrono::seconds(expires)};
        std::erase_if(binding.contact.params, [](const auto& p) { return p.name == "expires"; });
        flows.emplace(key, std::move(binding));
    }
    std::erase_if(flows, [now](const auto& flow) { return flow.second.until <= now; });
    for (const auto& [key, binding] : flows) {
        if (key.user != user) continue;
        const auto left = std::chrono::ceil<std::chrono::seconds>(binding.until - now);
        response.contact.push_back(binding.contact);
        response.contact.back().params.push_back({"expires", std::to_string(left.count())});
    }
    response.other.push_back({"Require", "outbound"});
    response.other.push_back({"Supported", "outbound, path"});
    if (outbound_->flow_timer)
        response.other.push_back({"Flow-Timer", std::to_string(*outbound_->flow_timer)});
}

std::optional<wire::SipMessage> Registrar::answer(wire::Instant now, const wire::Endpoint& source,
                                                  const wire::SipMessage& request,
                                                  FirstHop first_hop) {
    if (request.method == "ACK") return std::nullopt;
    if (request.method == "OPTIONS") return reply(request, source, 200, "OK");
    if (request.method != "REGISTER") return reply(request, source, 404, "Not Found");
    std::erase_if(nonces_, [now](const auto& nonce) { return nonce.second <= now; });
    if (!is_authorized(now, request, "Authorization"))
        return challenge(now, reply(request, source, 401, "Unauthorized"));
    if (is_too_brief(request)) {  // RFC 3261 10.3 step 7
        auto response = reply(request, source, 423, "Interval Too Brief");
        response.min_expires = static_cast<std::uint32_t>(least_.count());
        return response;
    }
    const bool of_flows = outbound_ && asks_for_flows(request);
    if (of_flows && first_hop == FirstHop::lacks_outbound)  // RFC 5626 section 6
        return reply(request, source, 439, "First Hop Lacks Outbound Support");
    auto response = reply(request, source, 200, "OK");
    if (of_flows)
        register_flows(now, request, response);
    else
        register_user(request, response);
    if (!service_route_.empty() && !response.contact.empty())
        response.other.push_back({"Service-Route", "<" + over(request, service_route_) + ">"});
    return response;
}

bool Registrar::is_too_brief(const wire::SipMessage& request) const {
    return std::ranges::any_of(request.contact, [&](const wire::NameAddr& contact) {
        const std::chrono::seconds asked(expires_of(request, contact));
        return asked.count() != 0 && asked < least_;
    });
}

wire::SipMessage Registrar::challenge(wire::Instant now, wire::SipMessage response) {
    const auto nonce = name_ + "-nonce-" + std::to_string(++counter_);
    nonces_.emplace(nonce, now + nonce_lifetime);
    response.challenges = {{response.status == 407,
                            "Digest",
                            {{"realm", name_}, {"nonce", nonce}, {"algorithm", "MD5"}}}};
    return response;
}

std::optional<wire::SipMessage> Registrar::challenge_caller(wire::Instant now,
                                                            const wire::Endpoint& source,
                                                            const wire::SipMessage& invite) {
    std::erase_if(nonces_, [now](const auto& nonce) { return nonce.second <= now; });
    if (is_authorized(now, invite, "Proxy-Authorization")) return std::nullopt;
    return challenge(now, reply(invite, source, 407, "Proxy Authentication Required"));
}

void Registrar::forget() {
    nonces_.clear();
    if (outbound_) outbound_->flows.clear();
}

std::optional<wire::SipMessage> Registrar::reject(const wire::Endpoint& source,
                                                  const wire::SipMessage& request,
                                                  const scenario::Treatment& treatment) {
    if (request.method == "ACK") return std::nullopt;
    auto response =
        reply(request, source, static_cast<int>(treatment.status), "Ordered by the lab");
    response.retry_after = treatment.retry_after;
    return response;
}

}  // namespace twinline::world
