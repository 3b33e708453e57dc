// Prints a SIP message by hand in one pass: the order of headers is ours to choose (RFC 3261
// section 7.3.1), and what is printed reads back as an equal value.
#include "reference_impl/wire/ensure.hh"
#include "reference_impl/wire/sip_message.hh"
#include "reference_impl/wire/sip_syntax.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <iterator>

namespace twinline::wire {

namespace {

using Sink = std::back_insert_iterator<std::string>;

void print(std::string& out, const Param& param) {
    fmt::format_to(Sink(out), ";{}", param.name);
    if (!param.value.empty()) fmt::format_to(Sink(out), "={}", param.value);
}

void print(std::string& out, const Via& via) {
    fmt::format_to(Sink(out), "Via: SIP/2.0/{} {}", via.transport, via.host);
    if (via.port != 0) fmt::format_to(Sink(out), ":{}", via.port);
    if (!via.branch.empty()) fmt::format_to(Sink(out), ";branch={}", via.branch);
    for (const auto& param : via.params) print(out, param);
    out += "\r\n";
}

void print(std::string& out, std::string_view name, const NameAddr& address) {
    fmt::format_to(Sink(out), "{}: ", name);
    if (!address.display.empty()) out += quote(address.display) + ' ';
    if (address.uri == "*") {
        out += '*';
    } else {
        fmt::format_to(Sink(out), "<{}>", address.uri);
    }
    for (const auto& param : address.params) print(out, param);
    out += "\r\n";
}

void print(std::string& out, const Challenge& challenge) {
    const auto* name = challenge.proxy ? "Proxy-Authenticate" : "WWW-Authenticate";
    fmt::format_to(Sink(out), "{}: {}", name, challenge.scheme);
    const char* separator = " ";
    for (const auto& param : challenge.params) {
        const bool bare = equal_ignoring_case(param.name, "algorithm") ||
                          equal_ignoring_case(param.name, "stale");
        const auto* mark = bare && is_token(param.value) ? "" : "\"";
        fmt::format_to(Sink(out), "{}{}={}{}{}", separator, param.name, mark, param.value, mark);
        separator = ", ";
    }
    out += "\r\n";
}

void print(std::string& out, std::string_view name, const std::optional<std::uint32_t>& number) {
    if (number) fmt::format_to(Sink(out), "{}: {}\r\n", name, *number);
}

void print_start_line(std::string& out, const SipMessage& message) {
    if (message.is_request()) {
        fmt::format_to(Sink(out), "{} {} SIP/2.0\r\n", message.method, message.request_uri);
    } else {
        ensure(message.status >= 100 && message.status <= 699, "a status is 100..699");
        fmt::format_to(Sink(out), "SIP/2.0 {} {}\r\n", message.status, message.reason);
    }
}

}  // namespace

std::string serialise(const SipMessage& message) {
    std::string out;
    out.reserve(1024 + message.body.size());
    print_start_line(out, message);
    for (const auto& via : message.via) print(out, via);
    for (const auto& route : message.route) print(out, "Route", route);
    for (const auto& route : message.record_route) print(out, "Record-Route", route);
    print(out, "Max-Forwards", message.max_forwards);
    print(out, "From", message.from);
    print(out, "To", message.to);
    fmt::format_to(Sink(out), "Call-ID: {}\r\nCSeq: {} {}\r\n", message.call_id, message.cseq,
                   message.cseq_method);
    for (const auto& contact : message.contact) print(out, "Contact", contact);
    print(out, "Expires", message.expires);
    print(out, "Min-Expires", message.min_expires);
    print(out, "Retry-After", message.retry_after);
    for (const auto& challenge : message.challenges) print(out, challenge);
    for (const auto& header : message.other) {
        fmt::format_to(Sink(out), "{}: {}\r\n", header.name, header.value);
    }
    if (!message.content_type.empty()) {
        fmt::format_to(Sink(out), "Content-Type: {}\r\n", message.content_type);
    }
    fmt::format_to(Sink(out), "Content-Length: {}\r\n\r\n", message.body.size());
    out += message.body;
    return out;
}

}  // namespace twinline::wire
