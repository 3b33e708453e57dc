// TCP segments put in order and cut into messages (RFC 9293 section 3.4): repetitions are dropped,
// what overtook waits, and where the capture missed a segment that the other end acknowledged, the
// stream goes on behind the gap. Bounded in connections and octets.
#pragma once

#include "probes/decode/packet.hh"
#include "probes/decode/stream_cutter.hh"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace twinline::decode {

class TcpStreams {
  public:
    struct Message {
        Endpoint source;
        Endpoint destination;
        StreamCutter::Kind kind;  // sip, dns, tls or octets
        std::string text;
        bool is_gap = false;  // of TLS, which cannot be read past it
    };

    // The messages that this segment completes, in either direction.
    std::vector<Message> feed(const TcpSegment& segment);

    // The streams of connections to this end are given as they come: a reader of their own cuts
    // them.
    void watch(const Endpoint& end);

    std::size_t held() const { return held_; }

    static constexpr std::size_t flows_limit = 4096;  // in each of two generations
    static constexpr std::size_t watched_limit = 4096;
    static constexpr std::size_t early_limit = 65536;      // octets of one direction
    static constexpr std::size_t held_limit = 32U << 20U;  // octets of all

  private:
    struct Flow {
        explicit Flow(StreamCutter::Kind kind) : cutter(kind) {}

        std::optional<std::uint32_t> next;           // the sequence number that is due
        std::map<std::uint32_t, std::string> early;  // by distance from the first that was seen
        std::uint32_t origin = 0;
        std::size_t early_size = 0;
        StreamCutter cutter;

        std::size_t held() const { return early_size + cutter.held(); }
    };
    using Key = std::pair<Endpoint, Endpoint>;
    using Flows = std::map<Key, Flow>;

    StreamCutter::Kind kind_of(const Key& key) const;
    Flow& flow_of(const Key& key);
    Flow* find(const Key& key);
    void take(Flow& flow, const Key& key, const TcpSegment& segment,
              std::vector<Message>& messages);
    void drain(Flow& flow, const Key& key, std::vector<Message>& messages);
    void skip_gap(Flow& flow, const Key& key, std::vector<Message>& messages);
    static void give(Flow& flow, const Key& key, std::string_view octets,
                     std::vector<Message>& messages);

    std::set<Endpoint> watched_;
    Flows recent_;
    Flows older_;
    std::size_t held_ = 0;
};

}  // namespace twinline::decode
