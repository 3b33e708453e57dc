// One SIP message as the probe sees it (RFC 3261 section 7): views into the octets on the wire, so
// that a finding can name the very octet. Nothing here owns anything; the message must outlive its
// view.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace twinline::decode {

enum class SipHeader : std::uint8_t {
    other,
    via,
    from,
    to,
    call_id,
    cseq,
    max_forwards,
    contact,
    route,
    record_route,
    expires,
    min_expires,
    retry_after,
    www_authenticate,
    proxy_authenticate,
    authorization,
    proxy_authorization,
    user_agent,
    supported,
    require,
    flow_timer,
    service_route,
    server,
    content_length,
    content_type,
    date,
    count,
};

struct SipHeaderLine {
    SipHeader id = SipHeader::other;
    std::string_view name;
    std::string_view value;  // as written, folds included, without the white space around it
};

struct ViaView {
    std::string_view transport;
    std::string_view host;
    std::string_view port;
    std::string_view branch;
    std::string_view received;
    bool asks_rport = false;  // RFC 3581: rport without a value
};

struct AddressView {
    std::string_view display;  // without quotes
    std::string_view uri;      // without angle brackets; "*" in a Contact that removes all bindings
    std::string_view tag;
    std::string_view params;    // all of them, as written
    std::string_view reg_id;    // RFC 5626 section 4.1
    std::string_view instance;  // +sip.instance, as quoted
    std::optional<std::uint32_t> expires;
};

// A challenge, or the credentials that answer it (RFC 3261 20.7, 20.27, 20.28, 20.44). Without
// quotes.
struct AuthView {
    std::string_view scheme;
    std::string_view realm;
    std::string_view nonce;
    std::string_view stale;
    std::string_view username;
    std::string_view response;
};

struct SipFault {
    std::size_t offset = 0;  // octets from the start of the message
    std::string reason;
};

struct SipView {
    static constexpr std::size_t header_limit = 64;

    std::string_view message;
    std::string_view method;       // empty in a response
    std::string_view request_uri;  // empty in a response
    int status = 0;                // 0 in a request
    std::string_view reason;

    ViaView via;  // the topmost
    std::size_t via_count = 0;
    AddressView from;
    AddressView to;
    std::string_view call_id;
    std::uint32_t cseq = 0;
    std::string_view cseq_method;
    std::optional<AddressView> contact;  // the first
    std::size_t contact_count = 0;
    std::string_view route;          // the topmost URI
    std::string_view service_route;  // likewise
    std::optional<std::uint32_t> max_forwards;
    std::optional<std::uint32_t> expires;
    std::optional<std::uint32_t> min_expires;
    std::optional<std::uint32_t> retry_after;
    std::optional<std::uint32_t> flow_timer;
    std::optional<AuthView> challenge;    // the first
    std::optional<AuthView> credentials;  // the first
    std::string_view user_agent;
    std::string_view content_type;
    std::optional<std::uint32_t> content_length;
    std::string_view
        body;  // what Content-Length covers; all that follows the header when there is none

    std::array<SipHeaderLine, header_limit> header_lines;
    std::size_t header_count = 0;

    bool is_request() const { return status == 0; }
    std::span<const SipHeaderLine> headers() const { return {header_lines.data(), header_count}; }
    // `part` must be one of the views above.
    std::size_t offset_of(std::string_view part) const {
        return static_cast<std::size_t>(part.data() - message.data());
    }
};

}  // namespace twinline::decode
