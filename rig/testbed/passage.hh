// What becomes of an IP packet on its way between a host and a subject, read off its header: which
// rule of rig/scenario/link.hh it falls under, and the how-manieth of its kind it is.
#pragma once

#include "rig/scenario/scenario.hh"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::testbed {

class Passage {
  public:
    struct Fate {
        // How much later than ever each copy goes on; none: it is lost.
        std::vector<scenario::Duration> copies{scenario::Duration{}};
        bool held = false;  // until the fault is healed
    };
    struct Counts {
        std::uint64_t datagrams_in = 0;  // to the host, whoever of the subject sent them
        std::uint64_t datagrams_out = 0;
        std::uint64_t lost = 0;
    };

    // `host`: its address, dotted.
    Passage(std::string_view host, scenario::Treatment treatment);

    // A packet that is none, or not of that host, goes its way.
    Fate fate_of(std::string_view packet);
    // What a muted host would be asked in a stream (RFC 5626 section 3.5.1) becomes line ends that
    // ask for nothing: of as many octets, so that its kernel acknowledges them.
    void take_out_ping(std::string& packet) const;
    const Counts& counts() const { return counts_; }

  private:
    struct Line {
        std::uint64_t met = 0;    // datagrams so far
        std::uint32_t last_id{};  // of the last one: what else of it comes shares its fate
        Fate last{};
    };

    std::uint32_t host_;
    scenario::Treatment treatment_;
    std::map<std::pair<scenario::Way, std::uint32_t>, Line> lines_;  // by the address at their end
    Counts counts_;
};

}  // namespace twinline::testbed
