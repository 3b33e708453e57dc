// Keep-alives as events; see keepalive_events.hh, and probes/timeline/event.hh for the fields.
#include "probes/decode/keepalive_events.hh"

#include "probes/decode/packet.hh"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace twinline::decode {

namespace {

// RFC 5389 section 6.
constexpr std::size_t header_size = 20;
constexpr std::uint32_t cookie = 0x2112a442;
enum class StunType : std::uint16_t { request = 0x0001, response = 0x0101, error = 0x0111 };
// RFC 5389 section 18.2.
enum class Attribute : std::uint16_t {
    mapped_address = 0x0001,
    error_code = 0x0009,
    xor_mapped_address = 0x0020
};

// RFC 5389 15.1 and 15.2; none for an address of IPv6.
std::optional<std::string> address_of(Bytes value, bool is_xored) {
    constexpr std::uint8_t ipv4 = 1;
    if (value.size() != 8 || read_u8(value, 1) != ipv4) return std::nullopt;
    const std::uint32_t mask = is_xored ? cookie : 0;
    return to_text({read_u32(value, 4) ^ mask,
                    static_cast<std::uint16_t>(read_u16(value, 2) ^ (mask >> 16U))});
}

// RFC 5389 15.6.
std::optional<std::uint64_t> error_of(Bytes value) {
    if (value.size() < 4) return std::nullopt;
    return (read_u8(value, 2) & 7U) * 100U + read_u8(value, 3);
}

// What the attributes of a response say.
struct Attributes {
    std::optional<std::string> mapped;
    std::optional<std::uint64_t> error;
};

// What is wrong with the attributes, or nothing.
std::string_view read_attributes(Attributes& read, Bytes rest) {
    while (!rest.empty()) {
        if (rest.size() < 4) return "an attribute without its length";
        const auto type = static_cast<Attribute>(read_u16(rest, 0));
        const std::size_t length = read_u16(rest, 2);
        const std::size_t padded = (length + 3) / 4 * 4;
        if (padded > rest.size() - 4) return "an attribute longer than the message";
        const auto value = rest.subspan(4, length);
        if (type == Attribute::xor_mapped_address) {
            if (auto mapped = address_of(value, true)) read.mapped = std::move(mapped);
        } else if (type == Attribute::mapped_address) {
            if (!read.mapped) read.mapped = address_of(value, false);
        } else if (type == Attribute::error_code) {
            if (!read.error) read.error = error_of(value);
        }
        rest = rest.subspan(4 + padded);
    }
    return {};
}

bool read_stun(Draft& event, Bytes message) {
    const auto type = static_cast<StunType>(read_u16(message, 0));
    const bool is_request = type == StunType::request;
    if (!is_request && type != StunType::response && type != StunType::error) return false;
    event.set("form", "stun");
    const auto malformed = [&](std::string_view reason) {
        event.kind = "keepalive.malformed";
        event.set("reason", reason);
        return true;
    };
    if (header_size + read_u16(message, 2) != message.size())
        return malformed("not as long as its header says");
    Attributes read;
    if (const auto wrong = read_attributes(read, message.subspan(header_size)); !wrong.empty())
        return malformed(wrong);
    event.kind = is_request ? "keepalive.ping" : "keepalive.pong";
    std::string transaction;
    for (std::size_t at = 8; at < header_size; ++at)
        transaction += fmt::format("{:02x}", read_u8(message, at));
    event.set("transaction", event.keep(transaction));
    if (!is_request && read.mapped) event.set("mapped", event.keep(*read.mapped));
    if (!is_request && read.error) event.set("error", *read.error);
    return true;
}

bool is_stun(std::string_view message) {
    return message.size() >= header_size &&
           (static_cast<unsigned char>(message.front()) & 0xc0U) == 0 &&
           read_u32(std::as_bytes(std::span(message)), 4) == cookie;
}

bool is_only(std::string_view message, std::string_view of) {
    return message.find_first_not_of(of) == message.npos;
}

constexpr std::string_view zero("\0", 1);

}  // namespace

bool is_keepalive(std::string_view message) {
    return is_stun(message) || is_only(message, "\r\n") || is_only(message, zero);
}

bool read_keepalive(Draft& event, Bytes message, std::string_view transport) {
    const auto text = as_text(message);
    event.set("transport", transport);
    if (is_stun(text)) return read_stun(event, message);
    // In a stream a single CRLF answers; nothing answers those in datagrams.
    const bool is_answer = transport != "udp" && text == "\r\n";
    event.kind = is_answer ? "keepalive.pong" : "keepalive.ping";
    event.set("form", is_only(text, zero) ? "zeros" : "crlf");
    return true;
}

}  // namespace twinline::decode
