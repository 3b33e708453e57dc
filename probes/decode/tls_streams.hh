// TLS connections among the streams: their octets cut into records, the records read in the order
// in which they were whole, and what was said inside given like the messages of a stream without
// TLS. Where the key log still grows, a connection whose key has not come waits, and all of it with
// it. Bounded in connections, octets and time.
#pragma once

#include "probes/decode/tcp_streams.hh"
#include "probes/decode/tls_session.hh"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace twinline::decode {

// The frame to which an event belongs.
struct Stamp {
    timeline::Instant at{};
    std::uint64_t frame = 0;
};

class TlsStreams {
  public:
    struct Said {  // an event when `kind` is not empty
        Endpoint source, destination;
        std::string kind;
        timeline::Fields fields;
    };
    struct Found {
        Stamp stamp;
        // A message of kind sip or octets; an event; a segment that had to wait.
        std::variant<TcpStreams::Message, Said, TcpSegment> what;
    };
    using AllFound = std::vector<Found>;

    explicit TlsStreams(TlsKeyLog keys) : keys_(std::move(keys)) {}

    // The octets of connections to this end are given as they come.
    void watch(const Endpoint& end) { watched_.insert(end); }

    // Octets of a stream of kind tls.
    AllFound octets(const TcpStreams::Message& message, Stamp stamp);
    // Its flags, behind its octets. True: they wait, and will be found.
    bool holds(const TcpSegment& segment, Stamp stamp);
    AllFound add_keys(std::string_view lines);

    std::size_t held() const { return held_; }

    static constexpr std::size_t connections_limit = 4096;
    static constexpr std::size_t waiting_limit = 256 * 1024;  // octets of one connection
    static constexpr std::size_t held_limit = 32U << 20U;     // octets of all
    static constexpr timeline::Duration longest_wait = std::chrono::seconds{2};

  private:
    using Side = TlsSession::Side;
    using Key = std::pair<Endpoint, Endpoint>;  // client, server

    struct Waiting {
        Stamp stamp;
        Side from = Side::client;
        std::variant<std::string, TcpSegment> what;  // a record, or flags
    };
    struct Direction {
        explicit Direction(StreamCutter::Kind kind) : cutter(kind) {}
        std::string begun;  // of a record
        bool is_lost = false;
        StreamCutter cutter;
    };
    struct Connection {
        explicit Connection(StreamCutter::Kind kind)
            : directions{Direction(kind), Direction(kind)} {}
        Direction& direction(Side side) { return directions[side == Side::client ? 0 : 1]; }
        std::size_t held() const;

        TlsSession session;
        std::array<Direction, 2> directions;
        std::deque<Waiting> waiting;
        std::size_t waiting_size = 0;
    };
    using Connections = std::map<Key, Connection>;

    Connections::iterator connection_of(const TcpStreams::Message& message);
    void cut(Connection& connection, Side from, std::string_view octets, Stamp stamp,
             TlsSession::AllFound& trouble);
    void read(const Key& key, Connection& connection, AllFound& found);
    void give(const Key& key, Connection& connection, Side from, Stamp stamp,
              TlsSession::AllFound&& read, AllFound& found) const;
    bool is_overdue(const Connection& connection, Stamp now) const;

    TlsKeyLog keys_;
    std::set<Endpoint> watched_;
    Connections connections_;
    std::size_t held_ = 0;
};

}  // namespace twinline::decode
