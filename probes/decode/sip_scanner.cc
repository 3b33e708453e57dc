// The start line, the order of the checks and what must be there (RFC 3261 7.1, 7.2, 8.1.1, 18.3);
// the values themselves are read in sip_values.cc.
#include "probes/decode/sip_scanner.hh"

#include "probes/decode/sip_lines.hh"
#include "probes/decode/sip_uri.hh"
#include "probes/decode/sip_values.hh"

#include <array>
#include <bitset>

namespace twinline::decode {

namespace {

constexpr std::string_view version = "SIP/2.0";

using Seen = std::bitset<static_cast<std::size_t>(SipHeader::count)>;

bool is_version(std::string_view text) { return equals_ignoring_case(text, version); }

bool read_status_line(Cursor& cursor, SipView& view) {
    cursor.advance(version.size());
    if (!cursor.expect(' ', "one space expected after the version")) {
        return false;
    }
    const std::string_view rest = cursor.rest();
    const auto status = read_number(rest.substr(0, 3), 699);
    if (!status || *status < 100 || (rest.size() > 3 && is_digit(rest[3]))) {
        return cursor.fail("status code of 100 to 699 expected");
    }
    cursor.advance(3);
    if (!cursor.expect(' ', "one space expected after the status code")) {
        return false;
    }
    view.status = static_cast<int>(*status);
    view.reason = cursor.rest();
    return true;
}

bool read_request_line(Cursor& cursor, SipView& view) {
    if (!cursor.expect_token(view.method, "method expected") ||
        !cursor.expect(' ', "one space expected after the method")) {
        return false;
    }
    const std::string_view rest = cursor.rest();
    const std::size_t space = rest.find(' ');
    view.request_uri = rest.substr(0, space);
    if (!check_uri(cursor, view.request_uri, UriPlace::request_line)) {
        return false;
    }
    cursor.advance(view.request_uri.size());
    if (!cursor.expect(' ', "one space expected after the Request-URI")) {
        return false;
    }
    return is_version(cursor.rest()) || cursor.fail("SIP/2.0 and nothing more expected");
}

bool may_repeat(SipHeader header) {
    switch (header) {
        case SipHeader::other:
        case SipHeader::via:
        case SipHeader::contact:
        case SipHeader::route:
        case SipHeader::record_route:
        case SipHeader::www_authenticate:
        case SipHeader::proxy_authenticate:
        case SipHeader::authorization:
        case SipHeader::proxy_authorization:
        case SipHeader::supported:
        case SipHeader::require:
            return true;
        default:
            return false;
    }
}

// A fault inside `part` of the message, with the header's name before the reason.
SipFault fault_in(const SipView& view, std::string_view part, const Cursor& cursor,
                  std::string_view where) {
    return {view.offset_of(part) + cursor.fault_position(),
            std::string(where).append(": ").append(cursor.fault())};
}

std::optional<SipFault> read_start_line(SipView& view, std::size_t end) {
    const std::string_view line = view.message.substr(0, end);
    Cursor cursor(line);
    const bool is_status = is_version(line.substr(0, version.size()));
    if (is_status ? read_status_line(cursor, view) : read_request_line(cursor, view)) {
        return std::nullopt;
    }
    return fault_in(view, line, cursor, is_status ? "status line" : "request line");
}

std::optional<SipFault> read_values(SipView& view, Seen& seen) {
    for (const SipHeaderLine& line : view.headers()) {
        const auto index = static_cast<std::size_t>(line.id);
        if (seen[index] && !may_repeat(line.id)) {
            return SipFault{view.offset_of(line.name),
                            std::string(name_of(line.id)).append(": twice")};
        }
        seen.set(index);
        Cursor cursor(line.value);
        if (!read_value(cursor, line.id, view) || !cursor.expect_end("end of the value expected")) {
            return fault_in(view, line.value, cursor, name_of(line.id));
        }
    }
    return std::nullopt;
}

// RFC 3261 8.1.1 and 8.2.6.2. What is missing is missed where the header ends.
std::optional<SipFault> check_mandatory(const SipView& view, const Seen& seen, std::size_t end) {
    constexpr std::array mandatory{SipHeader::via,     SipHeader::from, SipHeader::to,
                                   SipHeader::call_id, SipHeader::cseq, SipHeader::max_forwards};
    for (const SipHeader header : mandatory) {
        const bool needed = header != SipHeader::max_forwards || view.is_request();
        if (needed && !seen[static_cast<std::size_t>(header)]) {
            return SipFault{end, std::string(name_of(header)).append(": missing")};
        }
    }
    if (view.is_request() && view.cseq_method != view.method) {
        return SipFault{view.offset_of(view.cseq_method), "CSeq: not the method of the request"};
    }
    return std::nullopt;
}

// RFC 3261 18.3: octets past Content-Length are discarded, missing ones are an error.
std::optional<SipFault> cut_body(SipView& view, std::size_t begin) {
    view.body = view.message.substr(begin);
    if (!view.content_length) {
        return std::nullopt;
    }
    if (*view.content_length > view.body.size()) {
        for (const SipHeaderLine& line : view.headers()) {
            if (line.id == SipHeader::content_length) {
                return SipFault{view.offset_of(line.value),
                                "Content-Length: more than the datagram holds"};
            }
        }
    }
    view.body = view.body.substr(0, *view.content_length);
    return std::nullopt;
}

}  // namespace

tl::expected<SipView, SipFault> scan_sip(std::string_view datagram) {
    tl::expected<SipView, SipFault> result;
    SipView& view = *result;
    view.message = datagram;
    const auto end_of_line = find_line_end(datagram, 0, Folds::none);
    if (!end_of_line) {
        return tl::unexpected(end_of_line.error());
    }
    if (auto fault = read_start_line(view, *end_of_line)) {
        return tl::unexpected(std::move(*fault));
    }
    const auto body = split_header(view, *end_of_line + 2);
    if (!body) {
        return tl::unexpected(body.error());
    }
    Seen seen;
    auto fault = read_values(view, seen);
    if (!fault) {
        fault = check_mandatory(view, seen, *body - 2);
    }
    if (!fault) {
        fault = cut_body(view, *body);
    }
    if (fault) {
        return tl::unexpected(std::move(*fault));
    }
    return result;
}

bool looks_like_sip(std::string_view datagram) {
    constexpr std::size_t longest_line = 2048;
    constexpr std::string_view family = "SIP/";
    if (datagram.empty() || !is_token_char(datagram.front())) {
        return false;
    }
    if (equals_ignoring_case(datagram.substr(0, family.size()), family)) {
        return true;
    }
    const std::string_view head = datagram.substr(0, longest_line);
    const std::size_t line_feed = head.find('\n');
    if (line_feed == head.npos) {
        return false;
    }
    const std::string_view line = head.substr(0, line_feed);
    const std::size_t last_space = line.rfind(' ');
    return last_space != line.npos &&
           equals_ignoring_case(line.substr(last_space + 1, family.size()), family);
}

}  // namespace twinline::decode
