// The records of a DNS message, as ldns reads them (RFC 1035 section 4.1). Not by its own
// ldns_wire2pkt, which forgets the first of two TSIG records: octets from the wire must not cost
// memory for good.
#pragma once

#include "probes/decode/bytes.hh"

#include <ldns/ldns.h>
#include <tl/expected.hpp>

#include <memory>
#include <string>

namespace twinline::decode {

struct FreePacket {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using DnsPacket = std::unique_ptr<ldns_pkt, FreePacket>;

// Its id, QR, TC and RCODE, and its four sections, without the pseudo-records OPT and TSIG. The
// error says what is wrong.
tl::expected<DnsPacket, std::string> read_dns_packet(Bytes message);

}  // namespace twinline::decode
