// What the files of Aastra and AudioCodes say before global parameters, those of one line and the
// common model are put together.
#pragma once

#include "reference_impl/config/phone_config.hh"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace twinline::config {

struct HostAndPort {
    std::optional<std::string> host;
    std::optional<std::uint16_t> port;
};

// Of one line; what is not set is as the global parameter says (AA-BPR-06).
struct AastraLine {
    std::optional<std::string> user, display_name, auth_user, password;
    HostAndPort proxy, backup_proxy;
    HostAndPort registrar, backup_registrar;
    HostAndPort outbound_proxy, backup_outbound_proxy;
    std::optional<std::chrono::seconds> period;
    std::optional<bool> explicit_mwi;
    std::optional<bool> shared_line;
};

struct AastraKey {
    bool is_blf = false;
    unsigned line = 1;
    std::string value;
};

// A configuration server of one protocol.
struct AastraDownloads {
    std::string host;
    std::uint16_t port = 0;
    std::string path;
};

struct AastraDraft {
    AastraLine global;
    std::map<unsigned, AastraLine> lines;
    std::map<std::string, AastraKey> keys;  // by name, "softkey3"
    TransportChoice transport = TransportChoice::udp;
    DnsLookup dns_lookup = DnsLookup::srv;
    bool outbound = false;                           // EXT-AA-OUT-06
    std::optional<std::chrono::seconds> keep_alive;  // AA-OBP-03
    bool persistent_tls = false;                     // EXT-AA-KA-01
    std::optional<std::chrono::seconds> persistent_keep_alive;
    SilenceLimit silence_limit = std::chrono::milliseconds(4000);  // EXT-AA-PAR-03
    std::chrono::seconds avoidance{300};                           // EXT-AA-BL-01
    RegistrationTimers registration{.after_refusal = std::chrono::seconds(1800),
                                    .after_timeout = std::chrono::seconds(120),
                                    .renewal_lead = std::chrono::seconds(15)};  // EXT-AA-PAR-04
    std::chrono::seconds mwi_period{86400}, blf_period{3600}, bla_period{300};
    std::chrono::seconds subscription_retry{0};  // EXT-AA-PAR-05; 0: not set
    DownloadProtocol download_protocol = DownloadProtocol::tftp;
    std::map<DownloadProtocol, AastraDownloads> downloads;
};

struct AudiocodesLine {
    bool enabled = false;
    std::string user, display_name, auth_user, password;
};

struct AudiocodesDraft {
    std::map<unsigned, AudiocodesLine> lines;  // from 0
    HostAndPort proxy, registrar, outbound_proxy, redundant_proxy;
    bool uses_redundant_proxy = false, symmetric = false;
    std::chrono::seconds redundant_keep_alive{60};  // EXT-AC-03
    bool uses_proxy = true, uses_registrar = false, uses_outbound_proxy = false;
    bool registers_at_proxy = true;
    TransportChoice transport = TransportChoice::udp;  // AC-PAR-01
    std::chrono::seconds expires{3600};
    SilenceLimit silence_limit = std::chrono::milliseconds(32000);  // AC-PAR-02
    bool mwi = false;
    std::chrono::seconds mwi_expires{3600};
};

}  // namespace twinline::config
