// The one model of a phone's configuration that every vendor's syntax is turned into. Only what the
// reference acts on is here; each member names the unit and where its default comes from.
#pragma once

#include "reference_impl/config/provisioning.hh"
#include "reference_impl/config/static_dns.hh"
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

// When requests go to the primary server again after a failover (YL-PAR-26).
enum class FailbackMode { new_requests, dns_ttl, registration, duration };

// Whether the second server of an account is registered beside the first or instead of it
// (YL-PAR-20).
enum class Redundancy { concurrent, successive };

// What of a DNS answer is kept for its TTL (YL-SDC-02).
enum class DnsCacheType { none, answers, answers_and_additional };

// Which SRV names are asked for when there is no NAPTR record (YL-SDC-10).
enum class NaptrBuild { udp_only, all_transports };

// What is asked of the DNS for a name without a port (EXT-AA-DNS-01).
enum class DnsLookup { address, srv, naptr };

// How long a server may leave a request unanswered; none: as RFC 3261 says.
using SilenceLimit = std::optional<std::chrono::milliseconds>;

// When a registration is sent again; none: as RFC 3261 and RFC 5626 let a phone choose.
struct RegistrationTimers {
    std::optional<std::chrono::seconds> after_refusal{};
    std::optional<std::chrono::seconds> after_timeout{};
    std::optional<std::chrono::seconds> renewal_lead{};  // before the binding ends
};

// What a phone has itself told of (RFC 6665): waiting messages (RFC 3842), what another phone does
// (RFC 4235), and what those do that share a line with it.
enum class EventPackage { message_summary, dialog, shared_line };

struct WantedSubscription {
    EventPackage package = EventPackage::message_summary;
    std::string user;  // of whom
    std::chrono::seconds expires{3600};
};

struct Server {
    std::string host;        // name or dotted address; empty: not set
    std::uint16_t port = 0;  // 0: not given
    TransportChoice transport = TransportChoice::by_dns;
    std::chrono::seconds expires{3600};
    unsigned retry_counts = 3;                                // YL-PAR-11
    unsigned invite_retry_counts = 3;                         // YL-PAR-25
    bool register_on_enable = false;                          // YL-PAR-23
    bool only_signal_with_registered = false;                 // YL-PAR-24
    FailbackMode failback_mode = FailbackMode::new_requests;  // YL-PAR-26
    std::chrono::seconds failback_timeout{3600};              // YL-PAR-27; 0: never (YL-FB-DUR-02)
    bool failback_subscribe = false;                          // YL-PAR-28
};

// A second proxy beside the first, and how the first one is watched (EXT-AC-01, EXT-AC-03).
struct RedundantProxy {
    Server server;
    std::chrono::seconds keep_alive{60};  // 0: none
    bool symmetric = false;               // neither proxy is the better one
};

struct Account {
    unsigned index = 1;
    bool enabled = true;
    bool registers = true;  // else it only calls and is called
    std::string label;      // YL-PAR-02
    std::string user;
    std::string display_name;
    std::string auth_user;  // empty: as user
    std::string password;
    std::string domain;           // host part of the address of record; empty: the registrar's host
    std::vector<Server> servers;  // in order of preference; the generic profile has one
    std::vector<Server> registrars;  // where it registers, if not at `servers` (AA-OBP-10)
    std::vector<Server> outbound_proxies;
    Redundancy redundancy = Redundancy::concurrent;               // YL-PAR-20
    std::chrono::seconds fallback_timeout{120};                   // YL-PAR-21
    std::chrono::seconds outbound_proxy_fallback_interval{3600};  // YL-PAR-22
    DnsCacheType dns_cache_type = DnsCacheType::answers;          // YL-SDC-02
    bool static_cache_first = false;                              // YL-SDC-06
    NaptrBuild naptr_build = NaptrBuild::udp_only;                // YL-SDC-10
    std::vector<WantedSubscription> subscriptions;                // EXT-YL-20
    std::chrono::seconds subscription_retry{30};  // EXT-YL-20: after one has failed; at least 1 s
    DnsLookup dns_lookup = DnsLookup::srv;        // EXT-AA-DNS-01
    SilenceLimit silence_limit;                   // EXT-AA-PAR-03, AC-PAR-02
    std::chrono::seconds avoidance{0};            // of a silent server (EXT-AA-BL-01); 0: none
    RegistrationTimers registration;              // EXT-AA-PAR-04
    std::optional<RedundantProxy> redundant{};    // EXT-AC-01
    bool persistent_connection = false;           // kept alive all the time (EXT-AA-KA-01)
    bool outbound = false;                        // SIP outbound (RFC 5626)
    std::optional<std::chrono::seconds> keep_alive{};  // of its flows; none: as RFC 5626 says

    // Whether the way to its servers is watched, and found again when it fails.
    bool keeps_flows() const { return outbound || persistent_connection; }
};

struct SipTimers {
    std::chrono::milliseconds t1{500};  // RFC 3261 table 4
    std::chrono::milliseconds t2{4000};
    std::chrono::milliseconds t4{5000};
};

struct PhoneConfig {
    Vendor vendor = Vendor::generic;
    std::string model;      // "SIP-T46G"; empty: the vendor's syntax does not depend on it
    unsigned firmware = 0;  // 81; 0 likewise
    std::string user_agent = "Twinline";
    std::vector<Account> accounts;
    // In the order in which they are asked. Empty where the vendor's file holds none, as Yealink's:
    // then whoever runs the phone fills them in, as DHCP does for a real one.
    std::vector<wire::Ipv4> dns_servers;
    StaticDns static_dns;
    Provisioning provisioning;
    std::string text;  // the file that all this was read from
    SipTimers timers;
    std::uint16_t local_port = 5060;
    bool checks_certificates = true;  // of TLS servers, and the names in them (RFC 5922)
    bool checks_names = true;
    std::uint16_t media_port = 11780;  // RTP
    // After so long the phone takes a call by itself; none: it waits for its user.
    std::optional<std::chrono::milliseconds> answers_after;
};

}  // namespace twinline::config
