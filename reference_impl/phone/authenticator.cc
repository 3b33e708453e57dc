// A known challenge is answered without being asked again.
#include "reference_impl/phone/authenticator.hh"

#include "reference_impl/phone/request_form.hh"
#include "reference_impl/wire/text.hh"

namespace twinline::phone {

namespace {

bool is_stale(const wire::Challenge& challenge) {
    return wire::equal_ignoring_case(challenge.param("stale").value_or(""), "true");
}

bool has_credentials(const wire::SipMessage& request) {
    return request.find("Authorization") != nullptr ||
           request.find("Proxy-Authorization") != nullptr;
}

}  // namespace

void Authenticator::apply(const wire::Endpoint& server, wire::SipMessage& request) {
    std::erase_if(request.other, [](const wire::Header& header) {
        return wire::equal_ignoring_case(header.name, "Authorization") ||
               wire::equal_ignoring_case(header.name, "Proxy-Authorization");
    });
    if (const auto known = known_.find(server); known != known_.end()) {
        const wire::Credentials credentials{
            account_.auth_user.empty() ? account_.user : account_.auth_user, account_.password};
        request.other.push_back(wire::authorize(known->second.challenge, credentials,
                                                request.method, request.request_uri,
                                                context_.token("cnonce"), ++known->second.uses));
    }
    fit_transport(context_, request);
}

bool Authenticator::answer(const wire::Endpoint& server, const wire::SipMessage& request,
                           const std::vector<wire::Challenge>& challenges) {
    const auto* challenge = wire::choose_challenge(challenges);
    if (challenge == nullptr) return false;
    // RFC 3261 22.1: credentials that were refused are not sent again, unless only the nonce was
    // old.
    const auto last = known_.find(server);
    if (has_credentials(request) && last != known_.end() && !is_stale(*challenge) &&
        (last->second.challenge.param("nonce") == challenge->param("nonce") ||
         last->second.uses == 1)) {
        known_.erase(last);
        return false;
    }
    known_.insert_or_assign(server, Known{*challenge, 0});
    return true;
}

}  // namespace twinline::phone
