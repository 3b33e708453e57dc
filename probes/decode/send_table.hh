// How often one message went from one endpoint to another: retry counts are seen on the wire as the
// ordinals of equal transmissions (RFC 3261 17.1.1.2, 17.1.2.2). Bounded: a day of traffic must not
// fill the memory.
#pragma once

#include "probes/decode/packet.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
    // What a REGISTER asked for; empty of others.
    struct Binding {
        std::string contact;
        std::string reg_id;
    };

    static std::uint64_t key_of(const Message& message, const Endpoint& source,
                                const Endpoint& destination);

    // The ordinal of this transmission, from 1.
    std::uint32_t count(std::uint64_t key);
    // Of the message that was counted last.
    void bind(Binding binding);
    // Null when there is none.
    const Binding* binding_of(std::uint64_t key) const;

    // At least the latest so many messages are remembered, and at most twice as many.
    static constexpr std::size_t limit = 65536;

  private:
    static constexpr std::uint32_t no_binding = 0xffffffff;

    struct Sent {
        std::uint64_t key = 0;
        std::uint32_t times = 0;  // 0: the place is free
        std::uint32_t binding = no_binding;
    };
    // Open addressing: a place for each message in one piece of memory.
    struct Generation {
        std::vector<Sent> places;
        std::vector<Binding> bindings;
        std::size_t size = 0;

        Sent* find(std::uint64_t key);
        const Sent* find(std::uint64_t key) const;
        Sent& add(std::uint64_t key);
        Sent& free_place(std::uint64_t key);
        void clear();
    };

    Generation recent_;
    Generation older_;
    Sent* last_ = nullptr;
};

}  // namespace twinline::decode
