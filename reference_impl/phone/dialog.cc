// Requests inside a dialog follow the dialog, not a new choice of server (RFC-3261-1221).
#include "reference_impl/phone/dialog.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::uint16_t usual_port = 5060;

// The address of a URI whose host is dotted.
std::optional<wire::Endpoint> endpoint_of(std::string_view uri) {
    const auto scheme = uri.find(':');
    if (scheme == std::string_view::npos) return std::nullopt;
    uri.remove_prefix(scheme + 1);
    uri = uri.substr(0, uri.find_first_of(";?>"));
    if (const auto user = uri.rfind('@'); user != std::string_view::npos)
        uri.remove_prefix(user + 1);
    const auto colon = uri.find(':');
    const auto address = wire::parse_ipv4(uri.substr(0, colon));
    if (!address) return std::nullopt;
    if (colon == std::string_view::npos) return wire::Endpoint{*address, usual_port};
    const auto port = wire::parse_number(uri.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return std::nullopt;
    return wire::Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

// What ";transport=" of a URI says (RFC 3261 19.1.1).
std::optional<wire::Transport> transport_of(std::string_view uri) {
    const auto text = wire::lower_case(uri);
    const auto at = text.find(";transport=");
    if (at == std::string::npos) return std::nullopt;
    const auto name = std::string_view(text).substr(at + 11);
    if (name.starts_with("tcp")) return wire::Transport::tcp;
    if (name.starts_with("tls")) return wire::Transport::tls;
    if (name.starts_with("udp")) return wire::Transport::udp;
    return std::nullopt;
}

std::string contact_of(const wire::SipMessage& message, const std::string& otherwise) {
    return message.contact.empty() ? otherwise : message.contact.front().uri;
}

}  // namespace

Dialog Dialog::of_caller(const wire::SipMessage& request, const wire::SipMessage& response,
                         const Target& server) {
    Dialog dialog;
    dialog.call_id_ = request.call_id;
    dialog.local_ = request.from;
    dialog.remote_ = response.to;
    dialog.remote_target_ = contact_of(response, request.request_uri);
    dialog.route_.assign(response.record_route.rbegin(), response.record_route.rend());
    dialog.local_cseq_ = request.cseq;
    dialog.server_ = server;
    return dialog;
}

Dialog Dialog::of_callee(const wire::SipMessage& request, const wire::SipMessage& response,
                         const Target& source) {
    Dialog dialog;
    dialog.call_id_ = request.call_id;
    dialog.local_ = response.to;
    dialog.remote_ = request.from;
    dialog.remote_target_ = contact_of(request, request.from.uri);
    dialog.route_ = request.record_route;
    dialog.remote_cseq_ = request.cseq;
    dialog.server_ = source;
    return dialog;
}

Dialog Dialog::of_subscriber(const wire::SipMessage& subscribe, const wire::SipMessage& notify,
                             const Target& source) {
    Dialog dialog;
    dialog.call_id_ = subscribe.call_id;
    dialog.local_ = subscribe.from;
    dialog.remote_ = notify.from;
    dialog.remote_target_ = contact_of(notify, subscribe.request_uri);
    dialog.route_ = notify.record_route;
    dialog.local_cseq_ = subscribe.cseq;
    dialog.server_ = source;
    return dialog;
}

wire::SipMessage Dialog::bare(std::string_view method, std::uint32_t cseq) const {
    wire::SipMessage message;
    message.method = method;
    message.request_uri = remote_target_;
    message.from = local_;
    message.to = remote_;
    message.call_id = call_id_;
    message.cseq = cseq;
    message.cseq_method = method;
    message.max_forwards = 70;
    message.route = route_;
    return message;
}

wire::SipMessage Dialog::request(std::string_view method) { return bare(method, ++local_cseq_); }

wire::SipMessage Dialog::ack(std::uint32_t cseq) const { return bare("ACK", cseq); }

Target Dialog::next_hop() const {
    auto target = server_;
    const auto& uri = route_.empty() ? remote_target_ : route_.front().uri;
    if (const auto endpoint = endpoint_of(uri)) {
        target.endpoint = *endpoint;
        target.transport = transport_of(uri).value_or(target.transport);
    }
    if (target.domain.empty() || target.endpoint != server_.endpoint)
        target.domain = wire::to_string(target.endpoint.address);
    return target;
}

bool Dialog::owns(const wire::SipMessage& request) const {
    return request.call_id == call_id_ && request.tag_of_to() == local_.param("tag").value_or("") &&
           request.tag_of_from() == remote_tag();
}

bool Dialog::accept(const wire::SipMessage& request) {
    if (remote_cseq_ != 0 && request.cseq <= remote_cseq_ && request.method != "ACK") return false;
    remote_cseq_ = std::max(remote_cseq_, request.cseq);
    return true;
}

void Dialog::refresh_target(const wire::SipMessage& message) {
    remote_target_ = contact_of(message, remote_target_);
}

}  // namespace twinline::phone
