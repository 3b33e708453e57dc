// What a Kamailio of the lab is made from: its configuration, filled in from the templates of
// fixtures/kamailio, and its certificates.
#pragma once

#include "rig/scenario/scenario.hh"
#include "rig/testbed/authority.hh"

#include <cstdint>
#include <filesystem>
#include <string>

namespace twinline::testbed {

inline constexpr const char* config_file = "kamailio.cfg";

// The ports of one that speaks TLS: its own, and those at which it shows another's certificate and
// one that has expired.
struct TlsPorts {
    std::uint16_t own, foreign, expired;
};
TlsPorts tls_ports_of(const scenario::Host& host);

// Into `directory`, from the template `config` and tls.cfg beside it. `realm` is the server's name.
void write_configuration(const std::filesystem::path& config,
                         const std::filesystem::path& directory, const scenario::Topology& topology,
                         const scenario::Host& host, const std::string& realm,
                         const Authority& authority);

}  // namespace twinline::testbed
