// The one model of a phone's configuration that every vendor's syntax is turned into. Only what the
// reference acts on is here; each member names the unit and where its default comes from.
#pragma once

#include "reference_impl/wire/endpoint.hh"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace twinline::config {

enum class Vendor { generic, yealink, aastra, audiocodes };

// How a server's transport is found: given, or by NAPTR and SRV (RFC 3263 section 4.1).
enum class TransportChoice { udp, tcp, tls, by_dns };

struct Server {
    std::string host;        // name or dotted address; empty: not set
    std::uint16_t port = 0;  // 0: not given
    TransportChoice transport = TransportChoice::by_dns;
    std::chrono::seconds expires{3600};
};

struct Account {
    unsigned index = 1;
    bool enabled = true;
    std::string user;
    std::string display_name;
    std::string auth_user;  // empty: as user
    std::string password;
    std::string domain;           // host part of the address of record; empty: the registrar's host
    std::vector<Server> servers;  // in order of preference; the generic profile has one
    std::vector<Server> outbound_proxies;
};

struct SipTimers {
    std::chrono::milliseconds t1{500};  // RFC 3261 table 4
    std::chrono::milliseconds t2{4000};
    std::chrono::milliseconds t4{5000};
};

struct PhoneConfig {
    Vendor vendor = Vendor::generic;
    std::string user_agent = "Twinline";
    std::vector<Account> accounts;
    std::vector<wire::Ipv4> dns_servers;  // in the order in which they are asked
    SipTimers timers;
    std::uint16_t local_port = 5060;
};

}  // namespace twinline::config
