// STUN as SIP outbound uses it: the Binding request that keeps a UDP flow alive on the SIP port,
// and the answer that tells where it came from (RFC 5389; RFC 5626 section 4.4.2). Attributes that
// a keep-alive has no use for are passed over.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/parse_error.hh"

#include <optional>
#include <string>
#include <string_view>

namespace twinline::wire {

inline constexpr std::size_t stun_transaction_octets = 12;

struct StunMessage {
    enum class Kind { request, success, error };
    Kind kind = Kind::request;
    std::string transaction;         // twelve octets
    std::optional<Endpoint> mapped;  // of a success: XOR-MAPPED-ADDRESS, else MAPPED-ADDRESS
};

// Whether a datagram on a port for SIP is STUN: two zero bits and the magic cookie (RFC 5389
// section 6).
bool is_stun(std::string_view datagram);

// Refuses what is not a Binding message as a whole: a length that differs, attributes that do not
// fit, one that must be understood and is not (RFC 5389 section 7.3), a wrong FINGERPRINT.
Parsed<StunMessage> parse_stun(std::string_view datagram);

// `transaction` has twelve octets. A success carries XOR-MAPPED-ADDRESS.
std::string serialise(const StunMessage& message);

}  // namespace twinline::wire
