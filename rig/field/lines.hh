// What a capture tells of each line of a phone: whom it registers as, where, and by which way.
#pragma once

#include "rig/field/environment.hh"

#include <cstdint>
#include <string>
#include <vector>

namespace twinline::field {

struct Target {
    std::string host;        // as its requests name it
    std::uint16_t port = 0;  // 0: the DNS tells
    bool operator==(const Target&) const = default;
};

struct Line {
    std::string user, login, domain, transport = "udp", expires;
    std::vector<Target> registrars;  // one at least, in the order in which they were asked
    std::vector<Target> proxies;     // by which they were asked, likewise
    bool asks_naptr = false;
    bool has_flows = false;  // RFC 5626
};

// Whether one account may have registrars of several domains, each with an address of record of its
// own; else these are lines of their own.
enum class Servers { share_a_domain, may_have_domains };
std::vector<Line> lines_of(const Phone& phone, const Environment& met, Servers servers);

}  // namespace twinline::field
