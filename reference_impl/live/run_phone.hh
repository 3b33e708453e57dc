// Runs the reference phone as a program: what both twinline-phone and `twinline phone` call.
#pragma once

#include "reference_impl/config/loader.hh"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace twinline::live {

struct PhoneOptions {
    std::string config_file;
    config::Vendor vendor = config::Vendor::generic;
    config::Options device;               // model and firmware that the file is for
    std::optional<wire::Ipv4> address;    // none: the host's first that is not loopback
    std::optional<std::uint64_t> seed;    // none: a random one, told in the "ready" line
    std::vector<wire::Ipv4> dns_servers;  // used where the configuration names none, as DHCP's are
    std::map<std::string, std::string, std::less<>> readings;
    std::string ca_file;         // PEM; empty: the system's authorities
    std::string mutant;          // empty: the reference itself
    bool strict_config = false;  // warnings are errors
    bool power_on = false;       // at once, instead of waiting for the command
};

// Until its input ends, {"do":"quit"} or a signal; the exit code: 0, 64 usage, 65 configuration, 69
// address, 130 when a second signal cut the farewell short.
int run_phone(const PhoneOptions& options);

}  // namespace twinline::live
