// Headers as section 10.2 of RFC 3261 lists them.
#include "reference_impl/phone/register_request.hh"

namespace twinline::phone {

RegisterRequest::RegisterRequest(Context& context, const config::Account& account, const Way& way)
    : context_(context),
      account_(account),
      leg_(way.leg),
      authenticator_(context, account),
      sequence_(way.sequence),
      reg_id_(way.reg_id) {
    message_.method = "REGISTER";
    message_.request_uri =
        "sip:" + domain_of(account, *leg_.server);  // no user part (RFC-3261-1024)
    message_.call_id = sequence_.call_id;
    message_.cseq_method = "REGISTER";
    message_.max_forwards = 70;
    if (leg_.proxy != nullptr)  // RFC-3261-812: a pre-loaded route
        message_.route = {route_over(*leg_.proxy)};
    if (is_outbound()) message_.other.push_back({"Supported", "path, outbound"});
    if (way.user_of != nullptr) speak_of(*way.user_of);
}

void RegisterRequest::refuse_outbound() {
    reg_id_ = 0;
    std::erase_if(message_.other,
                  [](const wire::Header& header) { return header.name == "Supported"; });
}

bool RegisterRequest::is_own(const wire::NameAddr& contact) const {
    if (contact.uri != contact_uri_) return false;
    const auto reg_id = contact.param("reg-id");
    return !is_outbound() || !reg_id || *reg_id == std::to_string(reg_id_);
}

void RegisterRequest::address_to(const Target& target, std::string branch) {
    phone::address_to(context_, target, std::move(branch), message_);
    contact_uri_ = phone::contact_uri(context_, account_, target.transport);
    message_.contact = {{"", contact_uri_, {}}};
    if (is_outbound())  // RFC-5626-01
        message_.contact.front().params = {{"+sip.instance", "\"<" + context_.instance() + ">\""},
                                           {"reg-id", std::to_string(reg_id_)}};
    authenticator_.apply(target.endpoint, message_);
}

void RegisterRequest::speak_of(const config::Server& server) {
    name_the_user(domain_of(account_, server));
}

void RegisterRequest::name_the_user(const std::string& domain) {
    const auto aor = "sip:" + account_.user + "@" + domain;
    message_.from = {account_.display_name, aor, {{"tag", sequence_.tag}}};
    message_.to = {account_.display_name, aor, {}};
}

void RegisterRequest::renew(const Target& target, std::chrono::seconds expires) {
    if (message_.to.uri.empty()) {  // not before there is something to send
        const auto* domain = &domain_of(account_, *leg_.server);
        const auto& first = domain_of(account_, account_.servers.front());
        if (context_.is_yealink() && *domain != first &&
            context_.oracle->reading("aor-host-fallback") == "first-server")
            domain = &first;
        name_the_user(*domain);
    }
    message_.cseq = ++sequence_.cseq;  // RFC-3261-102
    message_.expires = static_cast<std::uint32_t>(expires.count());
    address_to(target, new_branch(context_));  // RFC-3261-0811
}

void RegisterRequest::redirect(const Target& target) {
    address_to(target, context_.rules.new_branch_per_target ? new_branch(context_) : branch());
}

}  // namespace twinline::phone
