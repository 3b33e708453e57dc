// Faults as packet rules in a host's namespace, keyed by source address: what the subject and its
// probe meet, and nobody else. Each lives in an nft table of its own, so that faults do not know of
// each other.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

// One nft table: made by the constructor, removed by heal() or the destructor. The namespace must
// outlive it.
class PacketRules {
  public:
    // `rules` are the statements of an `inet` chain at `hook` ("input", "output"), before every
    // other; at "prerouting" those that lead connections elsewhere.
    PacketRules(const Netns& netns, std::string_view hook, std::string_view rules);
    ~PacketRules();
    PacketRules(PacketRules&& other) noexcept;
    PacketRules& operator=(PacketRules&&) = delete;

    Wall onset() const { return onset_; }  // nft had returned
    // How many packets the rules that say `counter` have met, also after the healing.
    std::uint64_t counted();
    Wall heal();  // the instant at which it was gone; once only counts

  private:
    const Netns* netns_;
    std::string table_;  // empty: healed
    Wall onset_{}, healed_{};
    std::uint64_t counted_ = 0;
};

// The host hears nothing from these addresses.
PacketRules silence(const Netns& host, const std::vector<std::string>& sources);
// The host's packets to these addresses are lost at the router; those to `probe` are counted, but
// for what goes to the port of SIP.
PacketRules loss_of_answers(const Netns& router, const std::string& host,
                            const std::vector<std::string>& sources, const std::string& probe);
// The host takes no connections of theirs.
PacketRules no_connections(const Netns& host, const std::vector<std::string>& sources);
// The host's kernel says that its ports are closed: ICMP port unreachable, or a TCP reset.
PacketRules refusal(const Netns& host, const std::vector<std::string>& sources);
// The router knows no way to the host: ICMP host unreachable; nor comes anything from it.
PacketRules no_way(const Netns& router, const std::string& host,
                   const std::vector<std::string>& sources);
// Whoever of them opens a connection to this port of the host is led to another one of it; those
// that stand stay where they are.
PacketRules detour_of_connections(const Netns& host, const std::vector<std::string>& sources,
                                  std::uint16_t port, std::uint16_t to);
// The host hears no STUN of theirs on its port of SIP. What a stream holds cannot be left out of
// it.
PacketRules muting(const Netns& host, const std::vector<std::string>& sources, std::uint16_t port);

}  // namespace twinline::testbed
