// A binding is known by its contact (RFC 3261 section 10.3 step 7), and by its flow where there are
// flows (RFC 5626 section 6).
#include "rig/world/location.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::world {

namespace {

std::string flow_of(const wire::NameAddr& contact) { return contact.param("reg-id").value_or(""); }

// What the answer says of the contact; null: it is not bound. A server without flows tells none.
const wire::NameAddr* told_of(const wire::NameAddr& contact, const wire::SipMessage& response) {
    const auto told = std::ranges::find_if(response.contact, [&](const wire::NameAddr& each) {
        return each.uri == contact.uri &&
               (flow_of(each).empty() || flow_of(each) == flow_of(contact));
    });
    return told == response.contact.end() ? nullptr : &*told;
}

std::chrono::seconds lifetime_of(const wire::NameAddr& told) {
    return std::chrono::seconds(wire::parse_number(told.param("expires").value_or("")).value_or(0));
}

}  // namespace

Location::Link Location::link(wire::Ipv4 host, wire::Ipv4 phone) const {
    return {extent_ == Extent::shared ? wire::Ipv4{} : host, phone};
}

void Location::learn(wire::Instant now, wire::Ipv4 host, const wire::Endpoint& source,
                     const wire::SipMessage& request, const wire::SipMessage& response) {
    if (response.status != 200) return;
    const std::string user(wire::user_of(request.to.uri));
    auto& known = bindings_[link(host, source.address)];
    for (const auto& contact : request.contact) {
        const auto* told = told_of(contact, response);
        const auto flow = told == nullptr ? flow_of(contact) : flow_of(*told);
        std::erase_if(known, [&](const Binding& binding) {
            const bool is_it = binding.contact == contact.uri && binding.flow == flow;
            return binding.user == user && (contact.uri == "*" || is_it);
        });
        if (told != nullptr && lifetime_of(*told).count() > 0)
            known.push_back({user, contact.uri, flow, request.via.front().transport, source,
                             now + lifetime_of(*told)});
    }
}

void Location::drop(wire::Ipv4 host, wire::Ipv4 phone) { bindings_.erase(link(host, phone)); }

void Location::forget(wire::Ipv4 host, wire::Ipv4 phone) {
    if (extent_ == Extent::of_each_server) bindings_.erase(link(host, phone));
}

std::vector<Binding> Location::of(wire::Instant now, wire::Ipv4 host, wire::Ipv4 phone) const {
    std::vector<Binding> found;
    if (const auto known = bindings_.find(link(host, phone)); known != bindings_.end())
        std::ranges::copy_if(known->second, std::back_inserter(found),
                             [now](const Binding& binding) { return now < binding.until; });
    return found;
}

}  // namespace twinline::world
