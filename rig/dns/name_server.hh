// The name server's mind: zone, behaviour and asker in, answer out. No sockets and no clock;
// virtual time and the lab both call it with the octets of a query.
#pragma once

#include "rig/scenario/scenario.hh"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::dns {

// What the server does to one asker instead of answering from the zone.
enum class Behaviour {
    answers,
    silent,
    servfail,
    refused,
    nxdomain,   // the name does not exist, says the SOA
    nodata,     // it has no record of that type, likewise
    truncated,  // datagrams without their records, and TC; whole answers over TCP
    wrong_id,   // the id of the query with its highest bit turned over
    rotating    // each answer begins with the next one of its records, the first with the second
};
// How a name server carries out a fault; `answers` where the network or the clock does it.
Behaviour behaviour_of(const scenario::Treatment& treatment);

// Whether an SRV answer brings the addresses of its targets with it (RFC 2782).
enum class Additional { left_out, addresses };

// In which order the records of one answer come.
enum class Order { of_the_zone, rotating };

class Zone;
// Zones that have been read already, by their text: many worlds of one scenario share them.
using Zones =
    std::shared_ptr<const std::map<std::string, std::shared_ptr<const Zone>, std::less<>>>;
// Throws as NameServer does.
Zones zones_of(const scenario::Topology& topology);
// The same zones, the SRV and NAPTR records of each name in an order drawn by lot: what they mean
// is in their numbers (RFC 2782, RFC 3403), while addresses keep their order.
Zones in_any_order(const Zones& zones, std::uint64_t seed);

// What to ask for, to see an order: several records of one type. None when each stands alone.
// Throws as NameServer does.
struct Several {
    std::string name;  // with dots, without the last one
    std::uint16_t type = 0;
};
std::optional<Several> several_in(std::string_view zone);

class NameServer {
  public:
    static constexpr std::size_t datagram = 512;

    // `zone` is the text of a zone file (RFC 1035 section 5). Throws std::invalid_argument ("line
    // 3: ...") if ldns cannot read it.
    explicit NameServer(std::string_view zone, Additional additional = Additional::left_out,
                        Order order = Order::of_the_zone);
    // The server of a scenario's topology. What is not among `read` is read when it is needed.
    explicit NameServer(const scenario::Topology& topology, Zones read = {});
    ~NameServer();
    NameServer(NameServer&&) noexcept;
    NameServer& operator=(NameServer&&) noexcept;

    // The octets of the answer, or none when the server keeps silent (also towards what is no
    // query). The records come in the order of the zone file, or begin with the next one each time;
    // missing types of an existing name are NODATA with SOA, missing names NXDOMAIN with SOA;
    // CNAMEs inside the zone are followed. Over UDP (`limit` 512) an answer of more octets is
    // truncated (TC).
    std::optional<std::string> answer(std::uint32_t asker, std::string_view query,
                                      std::size_t limit = datagram) const;

    // Per asker (IPv4 address in host byte order).
    void behave(std::uint32_t asker, Behaviour behaviour);
    void replace_zone(std::uint32_t asker, std::string_view zone);  // a view of its own
    void forget(std::uint32_t asker);
    // Beside the one that is served: for everybody, and whatever view he has.
    void add_zone(std::string_view zone);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace twinline::dns
