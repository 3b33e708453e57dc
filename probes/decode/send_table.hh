// How often one message went from one endpoint to another: retry counts are seen on the wire as the
// ordinals of equal transmissions (RFC 3261 17.1.1.2, 17.1.2.2). Bounded: a day of traffic must not
// fill the memory.
#pragma once

#include "probes/decode/packet.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace twinline::decode {

class SendTable {
  public:
    // What makes two transmissions the same message (RFC 3261 17.2.3), the CSeq number and a
    // response's status included.
    struct Message {
        std::string_view branch;
        std::string_view method;
        std::uint32_t cseq = 0;
        int status = 0;  // 0: a request
    };
    struct Sent {
        std::uint32_t times = 0;
        std::string contact;  // of a REGISTER
        std::string reg_id;   // likewise
    };

    // The reference is valid until the next call.
    Sent& remember(const Message& message, const Endpoint& source, const Endpoint& destination);
    const Sent* find(const Message& message, const Endpoint& source,
                     const Endpoint& destination) const;

    // At least the latest so many messages are remembered, and at most twice as many.
    static constexpr std::size_t limit = 65536;

  private:
    using Sends = std::unordered_map<std::uint64_t, Sent>;

    Sends recent_;
    Sends older_;
};

}  // namespace twinline::decode
