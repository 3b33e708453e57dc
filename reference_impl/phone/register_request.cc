// Headers as section 10.2 of RFC 3261 lists them.
#include "reference_impl/phone/register_request.hh"

namespace twinline::phone {

namespace {

const std::string& domain_of(const config::Account& account, const config::Server& server) {
    return account.domain.empty() ? server.host : account.domain;
}

std::string route_to(const config::Server& proxy) {
    return "sip:" + proxy.host + (proxy.port != 0 ? ":" + std::to_string(proxy.port) : "") + ";lr";
}

}  // namespace

RegisterRequest::RegisterRequest(Context& context, const config::Account& account, const Way& way)
    : context_(context), authenticator_(context, account), sequence_(way.sequence) {
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
    authenticator_.apply(target.endpoint, message_);
}

void RegisterRequest::renew(const Target& target, std::chrono::seconds expires) {
    message_.cseq = ++sequence_.cseq;  // RFC-3261-102
    message_.expires = static_cast<std::uint32_t>(expires.count());
    address_to(target, new_branch());  // RFC-3261-0811
}

void RegisterRequest::redirect(const Target& target) {
    address_to(target, context_.rules.new_branch_per_target ? new_branch() : branch_);
}

}  // namespace twinline::phone
