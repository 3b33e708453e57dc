// The lines of a SIP message; see sip_lines.hh.
#include "probes/decode/sip_lines.hh"

#include "probes/decode/sip_cursor.hh"

#include <array>
#include <cstring>

namespace twinline::decode {

namespace {

struct Name {
    SipHeader id;
    std::string_view text;
    char compact;  // 0 when there is none
};

constexpr std::array names{
    Name{SipHeader::via, "Via", 'v'},
    Name{SipHeader::from, "From", 'f'},
    Name{SipHeader::to, "To", 't'},
    Name{SipHeader::call_id, "Call-ID", 'i'},
    Name{SipHeader::cseq, "CSeq", 0},
    Name{SipHeader::max_forwards, "Max-Forwards", 0},
    Name{SipHeader::contact, "Contact", 'm'},
    Name{SipHeader::route, "Route", 0},
    Name{SipHeader::record_route, "Record-Route", 0},
    Name{SipHeader::expires, "Expires", 0},
    Name{SipHeader::min_expires, "Min-Expires", 0},
    Name{SipHeader::retry_after, "Retry-After", 0},
    Name{SipHeader::www_authenticate, "WWW-Authenticate", 0},
    Name{SipHeader::proxy_authenticate, "Proxy-Authenticate", 0},
    Name{SipHeader::authorization, "Authorization", 0},
    Name{SipHeader::proxy_authorization, "Proxy-Authorization", 0},
    Name{SipHeader::user_agent, "User-Agent", 0},
    Name{SipHeader::supported, "Supported", 'k'},
    Name{SipHeader::require, "Require", 0},
    Name{SipHeader::flow_timer, "Flow-Timer", 0},
    Name{SipHeader::service_route, "Service-Route", 0},
    Name{SipHeader::server, "Server", 0},
    Name{SipHeader::content_length, "Content-Length", 'l'},
    Name{SipHeader::content_type, "Content-Type", 'c'},
    Name{SipHeader::date, "Date", 0},
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Skips the octets from space to tilde, eight at a time; stops at the first other one.
std::size_t skip_plain(std::string_view text, std::size_t at) {
    constexpr std::uint64_t high = 0x8080808080808080;
    constexpr std::uint64_t spaces = 0x2020202020202020;
    constexpr std::uint64_t ones = 0x0101010101010101;
    for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
        std::uint64_t octets = 0;
        std::memcpy(&octets, text.data() + at, sizeof octets);
        if (((octets | (octets - spaces) | (octets + ones)) & high) != 0) {
            break;
        }
    }
    while (at < text.size() && text[at] >= ' ' && text[at] <= '~') {
        ++at;
    }
    return at;
}

// Octets of the UTF-8 sequence at the front (RFC 3629); 0 when it is none.
std::size_t utf8_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                               : lead >= 0xe0 && lead <= 0xef ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) {
            return 0;
        }
    }
    return length;
}

// Octets that the special one at `at` takes up; 0 when a header may not hold it. A control
// character is permitted only as a quoted-pair.
std::size_t special_length(std::string_view message, std::size_t at) {
    const auto octet = static_cast<unsigned char>(message[at]);
    if (octet >= 0x80) {
        return utf8_length(message.substr(at));
    }
    return octet == '\t' || (at > 0 && message[at - 1] == '\\') ? 1 : 0;
}

tl::unexpected<SipFault> fault(std::size_t offset, std::string reason) {
    return tl::unexpected(SipFault{offset, std::move(reason)});
}

std::string_view without_white(std::string_view text) {
    text.remove_prefix(white_chars.skip_in(text));
    while (!text.empty() && white_chars.holds(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

SipHeader header_of(std::string_view name) {
    if (name.size() == 1) {
        const char c = static_cast<char>(name.front() | 0x20);
        for (const Name& known : names) {
            if (known.compact == c && is_alpha(name.front())) {
                return known.id;
            }
        }
        return SipHeader::other;
    }
    for (const Name& known : names) {
        if (known.text.size() == name.size() &&
            (known.text.front() | 0x20) == (name.front() | 0x20) &&
            equals_ignoring_case(known.text, name)) {
            return known.id;
        }
    }
    return SipHeader::other;
}

std::string_view name_of(SipHeader header) {
    for (const Name& known : names) {
        if (known.id == header) {
            return known.text;
        }
    }
    return {};
}

tl::expected<std::size_t, SipFault> find_line_end(std::string_view message, std::size_t begin,
                                                  Folds folds) {
    std::size_t at = begin;
    while (true) {
        at = skip_plain(message, at);
        if (at == message.size()) {
            return fault(at, "the message ends inside its header");
        }
        if (message[at] == '\r') {
            if (at + 1 == message.size() || message[at + 1] != '\n') {
                return fault(at, "CR without LF");
            }
            const bool folded = at + 2 < message.size() && is_blank(message[at + 2]) && at > begin;
            if (folds == Folds::none || !folded) {
                return at;
            }
            at += 2;
        } else if (message[at] == '\n') {
            return fault(at, "LF without CR");
        } else if (const std::size_t length = special_length(message, at); length != 0) {
            at += length;
        } else {
            const bool ascii = static_cast<unsigned char>(message[at]) < 0x80;
            return fault(at, ascii ? "control character" : "octet that is no UTF-8");
        }
    }
}

tl::expected<std::size_t, SipFault> split_header(SipView& view, std::size_t begin) {
    const std::string_view message = view.message;
    while (true) {
        const auto end = find_line_end(message, begin, Folds::joined);
        if (!end) {
            return tl::unexpected(end.error());
        }
        if (*end == begin) {
            return begin + 2;
        }
        if (view.header_count == SipView::header_limit) {
            return fault(begin, "more than 64 header lines");
        }
        const std::string_view line = message.substr(begin, *end - begin);
        Cursor cursor(line);
        std::string_view name;
        if (!cursor.expect_token(name, "header name expected")) {
            return fault(begin, cursor.fault());
        }
        while (cursor.at(' ') || cursor.at('\t')) {
            cursor.advance(1);
        }
        if (!cursor.expect(':', "colon expected after the header name")) {
            return fault(begin + cursor.fault_position(), cursor.fault());
        }
        view.header_lines[view.header_count++] = {header_of(name), name,
                                                  without_white(cursor.rest())};
        begin = *end + 2;
    }
}

}  // namespace twinline::decode
