// A datagram in a packet of raw IP (RFC 791, RFC 768), decoded as the frame of a capture.
#include "tests/fuzz/datagram.hh"

#include "probes/decode/decoder.hh"

#include <string>

namespace twinline::fuzz {

namespace {

std::string u16(std::size_t value) {
    return {static_cast<char>(value >> 8U & 0xffU), static_cast<char>(value & 0xffU)};
}

constexpr std::size_t ip_header = 20, udp_header = 8, longest = 65535;

}  // namespace

std::optional<timeline::Event> seen(std::string_view datagram, std::uint16_t port) {
    if (datagram.size() > longest - ip_header - udp_header) return std::nullopt;
    using namespace std::string_literals;
    const auto length = datagram.size() + udp_header;
    const auto packet = "\x45\0"s + u16(ip_header + length) + "\0\1\0\0\x40\x11\0\0"s +
                        "\xc6\x33\x64\x64\xc0\0\2\x0b"s + u16(port) + u16(port) + u16(length) +
                        "\0\0"s + std::string(datagram);
    timeline::Frame frame;
    frame.link = timeline::LinkType::raw_ip;
    frame.bytes = std::as_bytes(std::span(packet));
    frame.original_length = static_cast<std::uint32_t>(packet.size());
    std::optional<timeline::Event> event;
    decode::Decoder decoder({});
    decoder.feed(frame, [&](timeline::Event&& found) { event = std::move(found); });
    return event;
}

}  // namespace twinline::fuzz
