// RFC 3261 section 8.1.1: the headers that a request must have, and no others.
#include "rig/testbed/probe_request.hh"

#include <fmt/format.h>

#include <charconv>
#include <random>

namespace twinline::testbed {

std::string own_token() {
    static std::random_device entropy;
    return fmt::format("{:08x}{:08x}", entropy(), entropy());
}

std::optional<int> SipRequest::status_of(std::string_view answer) const {
    constexpr std::string_view version = "SIP/2.0 ";
    if (!answer.starts_with(version) || answer.find(call_id) == std::string_view::npos) return {};
    answer.remove_prefix(version.size());
    int status = 0;
    std::from_chars(answer.data(), answer.data() + answer.size(), status);
    return status >= 200 ? std::optional(status) : std::nullopt;
}

SipRequest request_to(const SipWay& way, std::string_view method) {
    const std::string mark = own_token(), there = fmt::format("{}:{}", way.host, way.port);
    // A call needs somebody to be called; nobody is called probe.
    const auto to = (method == "INVITE" ? "probe@" : "") + there;
    const std::string_view by = way.over_tls ? ";transport=tls" : "";
    SipRequest request;
    request.call_id = fmt::format("probe-{}@{}", mark, way.source);
    request.octets = fmt::format(
        "{5} sip:{0}{6} SIP/2.0\r\n"
        "Via: SIP/2.0/{7} {1}:{2};branch=z9hG4bK{3};rport\r\n"
        "Max-Forwards: 70\r\n"
        "From: <sip:probe@{1}>;tag={3}\r\n"
        "To: <sip:{0}>\r\n"
        "Call-ID: {4}\r\n"
        "CSeq: 1 {5}\r\n"
        "Contact: <sip:probe@{1}:{2}{6}>\r\n"
        "Content-Length: 0\r\n\r\n",
        to, way.source, way.source_port, mark, request.call_id, method, by,
        way.over_tls ? "TLS" : "UDP");
    return request;
}

}  // namespace twinline::testbed
