// STUN (RFC 5389) where SIP is said: what the phone takes for a Binding message the probe must see
// as one, of the same transaction and with the same address.
#include "probes/decode/keepalive_events.hh"
#include "reference_impl/wire/stun.hh"
#include "tests/fuzz/datagram.hh"
#include "tests/fuzz/targets.hh"

#include <fmt/format.h>

#include <string>

namespace twinline::fuzz {

namespace {

std::string hexadecimal(std::string_view octets) {
    std::string text;
    for (const char octet : octets)
        text += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(octet)));
    return text;
}

}  // namespace

void stun(std::string_view datagram) {
    const auto read = wire::parse_stun(datagram);
    if (!decode::is_keepalive(datagram))
        return hold(!read, "the probe knows STUN where the phone does");
    constexpr std::uint16_t port = 5060;
    const auto event = seen(datagram, port);
    if (!read) return hold(read.error().offset <= datagram.size(), "a fault lies in the datagram");
    const bool is_request = read->kind == wire::StunMessage::Kind::request;
    hold(event && event->kind == (is_request ? "keepalive.ping" : "keepalive.pong"),
         "the probe reads what the phone reads");
    hold(event->field("transaction") == hexadecimal(read->transaction), "of the same transaction");
    const auto again = wire::parse_stun(wire::serialise(*read));
    hold(again && again->kind == read->kind && again->transaction == read->transaction &&
             again->mapped == read->mapped,
         "what is written is read again");
}

}  // namespace twinline::fuzz
