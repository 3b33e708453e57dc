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

// A header's name, its separators and the numbers in it.
constexpr std::size_t most_around_value = 64;

std::size_t most_octets(const std::vector<Param>& params) {
    std::size_t sum = 0;
    for (const auto& param : params) sum += param.name.size() + param.value.size() + 4;
    return sum;
}

std::size_t most_octets(const NameAddr& address) {
    return most_around_value + 2 * address.display.size() + address.uri.size() +
           most_octets(address.params);
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

std::size_t most_octets(const SipMessage& message) {
    auto sum = 8 * most_around_value + message.method.size() + message.request_uri.size() +
               message.reason.size() + most_octets(message.from) + most_octets(message.to) +
               message.call_id.size() + message.cseq_method.size() + message.content_type.size() +
               message.body.size();
    for (const auto& via : message.via)
        sum += most_around_value + via.transport.size() + via.host.size() + via.branch.size() +
               most_octets(via.params);
    for (const auto* list : {&message.route, &message.record_route, &message.contact})
        for (const auto& address : *list) sum += most_octets(address);
    for (const auto& challenge : message.challenges)
        sum += most_around_value + challenge.scheme.size() + most_octets(challenge.params);
    for (const auto& header : message.other)
        sum += most_around_value + header.name.size() + header.value.size();
    return sum;
}

}  // namespace twinline::wire
