// The header of twenty octets, then attributes of type, length and value, each padded to four.
#include "reference_impl/wire/stun.hh"

#include "reference_impl/wire/ensure.hh"

#include <cstdint>

namespace twinline::wire {

namespace {

constexpr std::uint32_t magic_cookie = 0x2112A442;
constexpr std::size_t header_octets = 20;
constexpr std::uint16_t binding_request = 0x0001;
constexpr std::uint16_t binding_success = 0x0101;
constexpr std::uint16_t binding_error = 0x0111;
constexpr std::uint16_t mapped_address = 0x0001;
constexpr std::uint16_t error_code = 0x0009;
constexpr std::uint16_t xor_mapped_address = 0x0020;
constexpr std::uint16_t first_optional = 0x8000;  // attributes that need not be understood
constexpr std::uint32_t fingerprint_mask = 0x5354554e;
constexpr std::uint16_t fingerprint = 0x8028;
constexpr std::uint8_t family_ipv4 = 1;

std::uint16_t read16(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                                      static_cast<std::uint8_t>(bytes[at + 1]));
}

std::uint32_t read32(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(read16(bytes, at)) << 16 | read16(bytes, at + 2);
}

void put16(std::string& bytes, std::uint32_t value) {
    bytes += static_cast<char>(value >> 8 & 0xff);
    bytes += static_cast<char>(value & 0xff);
}

void put32(std::string& bytes, std::uint32_t value) {
    put16(bytes, value >> 16);
    put16(bytes, value & 0xffff);
}

// ITU V.42, as RFC 5389 section 15.5 asks.
std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const char octet : bytes) {
        crc ^= static_cast<std::uint8_t>(octet);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    }
    return ~crc;
}

// Another family than IPv4 is no address to us.
std::optional<Endpoint> read_address(std::string_view value, bool is_xored) {
    if (value.size() != 8 || static_cast<std::uint8_t>(value[1]) != family_ipv4)
        return std::nullopt;
    const auto mask = is_xored ? magic_cookie : 0;
    return Endpoint{{read32(value, 4) ^ mask},
                    static_cast<std::uint16_t>(read16(value, 2) ^ (mask >> 16))};
}

tl::unexpected<ParseError> wrong(std::size_t offset, std::string reason) {
    return tl::unexpected(ParseError{offset, std::move(reason)});
}

}  // namespace

bool is_stun(std::string_view datagram) {
    return datagram.size() >= header_octets && (datagram[0] & '\xc0') == 0 &&
           read32(datagram, 4) == magic_cookie;
}

Parsed<StunMessage> parse_stun(std::string_view datagram) {
    if (!is_stun(datagram)) return wrong(0, "no STUN header");
    StunMessage message;
    switch (read16(datagram, 0)) {
        case binding_request:
            break;
        case binding_success:
            message.kind = StunMessage::Kind::success;
            break;
        case binding_error:
            message.kind = StunMessage::Kind::error;
            break;
        default:
            return wrong(0, "no Binding message");
    }
    if (header_octets + read16(datagram, 2) != datagram.size())
        return wrong(2, "the length is not that of the datagram");
    message.transaction = datagram.substr(8, stun_transaction_octets);
    for (std::size_t at = header_octets; at < datagram.size();) {
        if (datagram.size() - at < 4) return wrong(at, "an attribute is cut");
        const auto type = read16(datagram, at);
        const std::size_t length = read16(datagram, at + 2);
        const auto padded = (length + 3) / 4 * 4;
        if (datagram.size() - at - 4 < padded) return wrong(at, "an attribute is cut");
        const auto value = datagram.substr(at + 4, length);
        if (type == xor_mapped_address)
            message.mapped = read_address(value, true);
        else if (type == mapped_address && !message.mapped)
            message.mapped = read_address(value, false);
        else if (type == fingerprint &&
                 (length != 4 ||
                  read32(value, 0) != (crc32(datagram.substr(0, at)) ^ fingerprint_mask)))
            return wrong(at, "the fingerprint does not fit");
        else if (type < first_optional && type != mapped_address && type != error_code)
            return wrong(at, "an attribute that must be understood is not");
        at += 4 + padded;
    }
    return message;
}

std::string serialise(const StunMessage& message) {
    ensure(message.transaction.size() == stun_transaction_octets,
           "a STUN transaction has twelve octets");
    std::string attributes;
    if (message.mapped) {
        put16(attributes, xor_mapped_address);
        put16(attributes, 8);
        put16(attributes, family_ipv4);
        put16(attributes, message.mapped->port ^ (magic_cookie >> 16));
        put32(attributes, message.mapped->address.value ^ magic_cookie);
    }
    std::string bytes;
    put16(bytes, message.kind == StunMessage::Kind::request   ? binding_request
                 : message.kind == StunMessage::Kind::success ? binding_success
                                                              : binding_error);
    put16(bytes, static_cast<std::uint32_t>(attributes.size()));
    put32(bytes, magic_cookie);
    return bytes + message.transaction + attributes;
}

}  // namespace twinline::wire
