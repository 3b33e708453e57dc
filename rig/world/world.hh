// Virtual time: phones, registrars and the name server of a topology on one event queue. It moves
// packets and knows whom a host treats how; what a scenario wants is decided outside.
#pragma once

#include "reference_impl/mutants/mutant_phone.hh"
#include "rig/dns/name_server.hh"
#include "rig/scenario/holdings.hh"
#include "rig/scenario/scenario.hh"
#include "rig/world/callee.hh"
#include "rig/world/callers.hh"
#include "rig/world/file_servers.hh"
#include "rig/world/location.hh"
#include "rig/world/notifier.hh"
#include "rig/world/outbound_proxies.hh"
#include "rig/world/packet.hh"
#include "rig/world/registrar.hh"
#include "rig/world/sequences.hh"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace twinline::world {

// Thrown by step(): a phone does more at one instant than any phone would, or asks to be woken
// without end.
struct TimeStandsStill : std::logic_error {
    using std::logic_error::logic_error;
};

// A packet is on its way for up to `most` longer than it usually is, drawn from the seed. Those of
// one connection stay in their order.
struct Jitter {
    wire::Duration most{};
    std::uint64_t seed = 0;
};

class World {
  public:
    explicit World(const scenario::Topology& topology, dns::Zones zones = {}, Jitter jitter = {});
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // A phone at `address`; `oracle` must outlive the world.
    void add_phone(std::string subject, wire::Ipv4 address, config::PhoneConfig config,
                   const mutants::Defect& defect, phone::Oracle& oracle);
    void input(std::string_view subject, const phone::Input& input);

    // Every packet as it crosses the phones' network, and everything a phone does.
    void on_packet(std::function<void(const Packet&)> tap) { on_packet_ = std::move(tap); }
    void on_output(std::function<void(std::string_view subject, const phone::Output&)> tap) {
        on_output_ = std::move(tap);
    }

    // What the configuration servers are asked and say.
    void on_file(std::function<void(const FileEvent&)> tap) { on_file_ = std::move(tap); }

    // What the host does to this source until it is healed.
    void treat(wire::Ipv4 host, wire::Ipv4 source, scenario::Treatment treatment);
    void heal(wire::Ipv4 host, wire::Ipv4 source);
    // How many packets of the host a silence has kept from the source so far, those to the port of
    // SIP apart.
    unsigned lost_answers(wire::Ipv4 host, wire::Ipv4 source) const;
    // The notifier behind the host tells the phone at `phone`, a word of scenario::notices().
    void notify(wire::Ipv4 host, wire::Ipv4 phone, std::string_view what);
    // Whoever is behind the host calls the phone at `phone`, or ends that: a word of
    // scenario::caller_deeds().
    void caller(wire::Ipv4 host, wire::Ipv4 phone, std::string_view what);
    // Whether whoever checks certificates, and the names in them, may say nothing to the host.
    bool is_distrusted(wire::Ipv4 host, wire::Ipv4 source) const;
    // A server that is up loses the phone's bindings.
    void forget_bindings(wire::Ipv4 host, wire::Ipv4 phone);
    // What the host knows of the phone at `phone`; none: it is gone, or stands still.
    std::optional<scenario::Holdings> holdings(wire::Ipv4 host, wire::Ipv4 phone) const;
    // The zone of the name servers as this source sees it from now on.
    void set_zone(wire::Ipv4 source, std::string_view zone);

    // A request for a file from outside any phone, likewise.
    void ask_for_file(wire::Ipv4 source, const phone::Fetch& fetch, FileServers::Done done) {
        files_.ask(source, fetch, std::move(done));
    }
    // A packet from outside any phone, such as the rig's probe.
    void send(Packet packet);
    // One from a host by itself.
    void send_from_host(Packet packet) { reply(std::move(packet)); }
    // Runs `action` at `at`, which must not be in the past.
    void schedule(wire::Instant at, std::function<void()> action);

    wire::Instant time() const { return now_; }
    // Advances to the next thing that happens and lets it happen; false when nothing is left.
    bool step();

  private:
    struct Player {
        std::string subject;
        wire::Ipv4 address;
        mutants::MutantPhone phone;
        unsigned fetch = 0;                                     // the last request of files_
        std::map<unsigned, phone::CertificateChecks> checks{};  // of connections that it opens
        std::optional<wire::Instant> wake;  // the deadline that a queued wake-up stands for
    };
    struct Entry {
        wire::Instant at;
        std::uint64_t order;
        mutable std::function<void()> action;

        bool operator<(const Entry& other) const {  // the earliest first in a max-heap
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    // When a packet that leaves now, between the phones' network and a server, is at its other end.
    wire::Instant arrival(const Packet& packet);

    using Link = std::pair<wire::Ipv4, wire::Ipv4>;  // host, source
    // A router asks for a host that is gone, for the sake of these.
    struct Search {
        wire::Instant since{};
        std::vector<Packet> sought{};
    };
    struct Treated {
        scenario::Treatment treatment;
        std::vector<std::function<void()>> held{};  // answers of a host that stalls
        unsigned lost = 0;                          // answers that a silence takes away
        // Datagrams that the link has met, by the way that they went.
        std::map<scenario::Way, std::uint64_t> met{};
    };

    const scenario::Treatment* treatment_of(wire::Ipv4 host, wire::Ipv4 source) const;
    void deliver(Packet packet);
    void refuse(const Packet& packet);
    bool tells(wire::Ipv4 host, wire::Ipv4 phone) const;  // of what it holds
    void lead_nowhere(const Packet& packet);
    void seek(const Packet& packet);
    void shake_hands(Player& player, const Packet& synack);
    void serve_dns(wire::Ipv4 host, const Packet& query);
    void serve_sip(const Packet& request);
    void send_from_server(wire::Ipv4 host, const wire::Endpoint& phone,
                          const wire::SipMessage& message);
    void answer_keepalive(const Packet& ping, std::string pong);
    std::vector<Callee::Reply> replies(const Packet& request);
    std::optional<std::vector<Callee::Reply>> rejected(wire::Ipv4 host,
                                                       const wire::Endpoint& source,
                                                       const wire::SipMessage& message);
    std::vector<Callee::Reply> forwarded(wire::Ipv4 proxy, wire::Ipv4 server,
                                         const wire::Endpoint& source,
                                         const wire::SipMessage& message);
    std::vector<Callee::Reply> served(wire::Ipv4 host, const wire::Endpoint& source,
                                      const wire::SipMessage& message,
                                      Registrar::FirstHop first_hop);
    void reply(Packet packet);
    std::vector<wire::Duration> lateness(const Packet& packet, scenario::Way way);
    void carry(const Packet& packet, wire::Duration after = {});
    void forget(wire::Ipv4 host, wire::Ipv4 source);
    void answer_at_once(const Packet& packet, Segment::Kind kind);
    void arrive(Packet packet);
    bool is_lost(const Packet& packet);
    bool listens(const Packet& packet) const;
    void show(Packet& packet);
    void take(Player& player, Packet packet);
    void fetch(Player& player, const phone::Fetch& fetch);
    void take_segment(Player& player, Packet packet);
    void perform(Player& player, phone::Output& output);
    void drain(Player& player);

    wire::Instant now_{};
    std::uint64_t next_order_ = 0;
    std::uint64_t at_this_instant_ = 0;
    std::priority_queue<Entry> queue_;
    std::map<wire::Ipv4, std::unique_ptr<Player>> players_;
    std::map<wire::Ipv4, Registrar> registrars_;
    std::map<wire::Ipv4, std::uint16_t> ports_;  // of the registrars
    std::set<wire::Ipv4> without_streams_;
    std::set<wire::Ipv4> outbound_;             // those that take part in RFC 5626
    OutboundProxies proxies_;                   // which also have a registrar, for themselves
    std::map<wire::Ipv4, Callee> callees_;      // behind each registrar, where the topology has one
    std::map<wire::Ipv4, Notifier> notifiers_;  // likewise
    std::map<wire::Ipv4, dns::NameServer> name_servers_;
    FileServers files_;
    Location location_;
    Callers callers_;
    std::map<Link, Treated> treated_;
    std::map<Link, Search> searches_;
    std::map<Link, std::map<std::uint16_t, Packet>> open_;  // connections: by port, how they began
    Sequences sequences_;
    Jitter jitter_;
    std::mt19937_64 random_;
    // Of streams, by their ends.
    std::map<std::pair<wire::Endpoint, wire::Endpoint>, wire::Instant> last_arrivals_;
    bool challenges_calls_;
    std::function<void(const Packet&)> on_packet_;
    std::function<void(std::string_view, const phone::Output&)> on_output_;
    std::function<void(const FileEvent&)> on_file_ = [](const FileEvent&) {};
};

}  // namespace twinline::world
