// Name records written into a phone's configuration, which answer where the DNS does not (clauses
// YL-SDC-01 and YL-SDC-09). They belong to the phone, not to an account.
#pragma once

#include "reference_impl/wire/endpoint.hh"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace twinline::config {

inline constexpr std::chrono::seconds static_ttl{300};  // YL-SDC-A3, YL-SDC-S6, YL-SDC-N7

struct StaticA {
    std::string name;    // YL-SDC-A1
    wire::Ipv4 address;  // YL-SDC-A2
    std::chrono::seconds ttl = static_ttl;
};

struct StaticSrv {
    std::string name;            // YL-SDC-S1
    std::uint16_t port = 0;      // YL-SDC-S2
    std::uint16_t priority = 0;  // YL-SDC-S3
    std::string target;          // YL-SDC-S4: a name or an address
    std::uint16_t weight = 0;    // YL-SDC-S5
    std::chrono::seconds ttl = static_ttl;
};

struct StaticNaptr {
    std::string name;              // YL-SDC-N1
    std::string flags;             // YL-SDC-N2: S, A, U, P or empty
    std::uint16_t order = 0;       // YL-SDC-N3
    std::uint16_t preference = 0;  // YL-SDC-N4
    std::string replacement;       // YL-SDC-N5
    std::string service;           // YL-SDC-N6
    std::chrono::seconds ttl = static_ttl;
};

// In the order of their indices; records that lack what they need to lead anywhere are left out.
struct StaticDns {
    std::vector<StaticA> a;
    std::vector<StaticSrv> srv;
    std::vector<StaticNaptr> naptr;
};

}  // namespace twinline::config
