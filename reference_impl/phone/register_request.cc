// Headers as section 10.2 of RFC 3261 lists them; a known challenge is answered without being asked
// again.
#include "reference_impl/phone/register_request.hh"

#include <algorithm>
#include <cctype>

namespace twinline::phone {

namespace {

const std::string& domain_of(const config::Account& account, const config::Server& server) {
    return account.domain.empty() ? server.host : account.domain;
}

bool is_stale(const wire::Challenge& challenge) {
    auto stale = challenge.param("stale").value_or("");
    std::ranges::transform(stale, stale.begin(), [](unsigned char c) { return std::tolower(c); });
    return stale == "true";
}

std::string route_to(const config::Server& proxy) {
    return "sip:" + proxy.host + (proxy.port != 0 ? ":" + std::to_string(proxy.port) : "") + ";lr";
}

}  // namespace

RegisterRequest::RegisterRequest(Context& context, const config::Account& account, const Way& way)
    : context_(context), account_(account), sequence_(way.sequence) {
    const auto& domain = domain_of(account, way.server);
    const auto aor = "sip:" + account.user + "@" + domain;
    contact_uri_ = "sip:" + account.user + "@" + wire::to_string(context.sip_endpoint());
    message_.method = "REGISTER";
    message_.request_uri = "sip:" + domain;  // no user part (RFC-3261-1024)
    message_.from = {account.display_name, aor, {{"tag", sequence_.tag}}};
    message_.to = {account.display_name, aor, {}};
    message_.call_id = sequence_.call_id;
    message_.cseq_method = "REGISTER";
    message_.max_forwards = 70;
    message_.contact = {{"", contact_uri_, {}}};
    if (way.proxy != nullptr)  // RFC-3261-812: a pre-loaded route
        message_.route = {{"", route_to(*way.proxy), {}}};
}

void RegisterRequest::address_to(const Target& target, std::string branch) {
    branch_ = std::move(branch);
    message_.via = {{std::string(to_string(target.transport)),
                     wire::to_string(context_.address),
                     context_.config.local_port,
                     branch_,
                     {{"rport", ""}}}};  // RFC-3581-01
    message_.other = {{"User-Agent", context_.config.user_agent}};
    credentials_sent_ = false;
    const auto known = known_.find(target.endpoint);
    if (known == known_.end()) return;
    const wire::Credentials credentials{
        account_.auth_user.empty() ? account_.user : account_.auth_user, account_.password};
    message_.other.push_back(wire::authorize(known->second.challenge, credentials, message_.method,
                                             message_.request_uri, context_.token("cnonce"),
                                             ++known->second.uses));
    credentials_sent_ = true;
}

void RegisterRequest::renew(const Target& target, std::chrono::seconds expires) {
    message_.cseq = ++sequence_.cseq;  // RFC-3261-102
    message_.expires = static_cast<std::uint32_t>(expires.count());
    address_to(target, new_branch());  // RFC-3261-0811
}

void RegisterRequest::redirect(const Target& target) {
    address_to(target, context_.rules.new_branch_per_target ? new_branch() : branch_);
}

bool RegisterRequest::answer(const wire::Endpoint& server,
                             const std::vector<wire::Challenge>& challenges) {
    const auto* challenge = wire::choose_challenge(challenges);
    if (challenge == nullptr) return false;
    // RFC 3261 22.1: credentials that were refused are not sent again, unless only the nonce was
    // old.
    if (credentials_sent_ && !is_stale(*challenge)) {
        const auto& last = known_.at(server).challenge;
        if (last.param("nonce") == challenge->param("nonce") || known_.at(server).uses == 1) {
            known_.erase(server);
            return false;
        }
    }
    known_.insert_or_assign(server, Known{*challenge, 0});
    return true;
}

}  // namespace twinline::phone
