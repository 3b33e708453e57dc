// Nothing here depends on the method.
#include "reference_impl/phone/request_form.hh"

#include "reference_impl/wire/text.hh"

namespace twinline::phone {

namespace {

constexpr std::size_t largest_datagram = 1300;  // octets, the path's MTU being unknown
constexpr std::uint16_t default_port = 5060;    // of a sent-by without one (RFC 3261 18.1.1)

}  // namespace

std::string new_branch(Context& context) { return "z9hG4bK" + context.token("branch"); }

// RFC 3261 19.1.1: where no transport is named, UDP is meant.
std::string contact_uri(const Context& context, const config::Account& account,
                        wire::Transport transport) {
    const auto uri = "sip:" + account.user + "@" + wire::to_string(context.sip_endpoint());
    return transport == wire::Transport::udp
               ? uri
               : uri + ";transport=" + wire::lower_case(to_string(transport));
}

std::string dialog_contact_uri(const Context& context, const config::Account& account,
                               wire::Transport transport) {
    return contact_uri(context, account, transport) + (account.outbound ? ";ob" : "");
}

const std::string& domain_of(const config::Account& account, const config::Server& server) {
    return account.domain.empty() ? server.host : account.domain;
}

wire::NameAddr route_over(const config::Server& proxy) {
    const auto port = proxy.port != 0 ? ":" + std::to_string(proxy.port) : std::string();
    return {"", "sip:" + proxy.host + port + ";lr", {}};
}

void address_to(const Context& context, const Target& target, std::string branch,
                wire::SipMessage& request) {
    request.via = {{std::string(to_string(target.transport)),
                    wire::to_string(context.address),
                    context.config.local_port,
                    std::move(branch),
                    {{"rport", ""}}}};  // RFC-3581-01
    std::erase_if(request.other, [](const wire::Header& header) {
        return wire::equal_ignoring_case(header.name, "User-Agent");
    });
    request.other.insert(request.other.begin(), {"User-Agent", context.config.user_agent});
    fit_transport(context, request);
}

void fit_transport(const Context& context, wire::SipMessage& request) {
    if (is_reliable(request) || !context.rules.large_requests_over_tcp) return;
    if (wire::most_octets(request) <= largest_datagram) return;
    if (wire::serialise(request).size() > largest_datagram)
        request.via.front().transport = to_string(wire::Transport::tcp);
}

wire::Transport transport_of(const wire::SipMessage& request) {
    using enum wire::Transport;
    for (const auto transport : {tcp, tls})
        if (request.via.front().transport == to_string(transport)) return transport;
    return udp;
}

bool may_be_datagram(const Context& context, const Target& target, wire::Transport failed) {
    return !target.is_reliable() && failed == wire::Transport::tcp &&
           context.rules.datagram_where_tcp_fails;
}

void make_datagram(Context& context, wire::SipMessage& request) {
    request.via.front().transport = to_string(wire::Transport::udp);
    request.via.front().branch = new_branch(context);
}

void transmit(Context& context, const Target& target, const wire::SipMessage& request,
              unsigned send, Decision why) {
    if (is_reliable(request) && !target.is_reliable()) why.clauses.emplace_back("RFC-3261-1811");
    why.keys = {{"method", request.method},
                {"branch", request.via.front().branch},
                {"cseq", std::to_string(request.cseq)},
                {"send", std::to_string(send)}};
    context.say(Transmit{transport_of(request), context.sip_endpoint(), target.endpoint,
                         wire::serialise(request), std::move(why), target.domain});
}

wire::SipMessage ack_of(const wire::SipMessage& invite, const wire::SipMessage& response) {
    auto ack = invite;
    ack.method = ack.cseq_method = "ACK";
    ack.to = response.to;
    ack.contact.clear();
    ack.content_type.clear();
    ack.body.clear();
    return ack;
}

bool is_answer(const Context& context, const wire::SipMessage& response,
               const wire::SipMessage& request) {
    if (response.cseq_method != request.method || response.via.size() != 1 || request.via.empty())
        return false;
    const auto& via = response.via.front();
    const wire::Endpoint self = context.sip_endpoint();
    return via.branch == request.via.front().branch && via.host == wire::to_string(self.address) &&
           (via.port != 0 ? via.port : default_port) == self.port;
}

}  // namespace twinline::phone
