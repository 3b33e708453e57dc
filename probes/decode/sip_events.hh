// SIP messages as events (RFC 3261), keep-alives among them (keepalive_events.hh), and the ordinal
// of each transmission, which is how retry counts are seen on the wire.
#pragma once

#include "probes/decode/draft.hh"
#include "probes/decode/packet.hh"
#include "probes/decode/send_table.hh"
#include "probes/decode/sip_view.hh"

#include <cstdint>
#include <set>

namespace twinline::decode {

inline constexpr std::uint16_t sip_port = 5060;
inline constexpr std::uint16_t sips_port = 5061;

class SipEvents {
  public:
    // Sets the kind and the fields, and answers true; false when the payload is neither SIP nor a
    // keep-alive. `transport`: "udp", "tcp" or "tls".
    bool read(Draft& event, const Payload& payload, std::string_view transport);

  private:
    bool is_of_sip(const Payload& payload) const;
    void learn(const Payload& payload);
    void add_request(Draft& event, const SipView& view, const Payload& payload,
                     std::string_view transport);
    void add_response(Draft& event, const SipView& view, const Payload& payload);

    SendTable sends_;
    std::set<Endpoint> ends_;  // that said or heard SIP on ports of their own
};

}  // namespace twinline::decode
