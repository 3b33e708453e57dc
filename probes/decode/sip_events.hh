// SIP messages as events (RFC 3261), keep-alives among them (keepalive_events.hh), and the ordinal
// of each transmission, which is how retry counts are seen on the wire.
#pragma once

#include "probes/decode/draft.hh"
#include "probes/decode/packet.hh"
#include "probes/decode/send_table.hh"
#include "probes/decode/sip_view.hh"

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

namespace twinline::decode {

class SipEvents {
  public:
    // What a message says by itself is in the event already; this tells its place among others.
    struct Glimpse {
        std::optional<std::uint64_t> sent;  // its key in the table; none of a malformed one
        bool registers = false;
        std::string_view contact{}, reg_id{};  // that it registers
    };

    // Sets the kind and the fields but for `send`, from the octets alone. None of what only the
    // messages before can tell: read() does.
    static std::optional<Glimpse> glance(Draft& event, const Payload& payload,
                                         std::string_view transport);
    void finish(Draft& event, const Glimpse& glimpse, const Payload& payload);

    // Both. Answers true; false when the payload is neither SIP nor a keep-alive. `transport`:
    // "udp", "tcp" or "tls".
    bool read(Draft& event, const Payload& payload, std::string_view transport);

  private:
    bool is_of_sip(const Payload& payload) const;
    void learn(const Payload& payload);
    bool read_as_keepalive(Draft& event, const Payload& payload, std::string_view transport);

    SendTable sends_;
    std::set<Endpoint> ends_;  // that said or heard SIP on ports of their own
};

}  // namespace twinline::decode
