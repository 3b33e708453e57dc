// Everything before the phone runs: its configuration, its defect, its address, each refused with
// its own exit code.
#include "reference_impl/live/run_phone.hh"

#include "reference_impl/config/loader.hh"
#include "reference_impl/live/session.hh"
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/phone/oracle.hh"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <ifaddrs.h>
#include <iostream>
#include <iterator>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <random>
#include <system_error>

namespace twinline::live {

namespace {

constexpr int usage = 64;
constexpr int bad_configuration = 65;
constexpr int unavailable = 69;

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

void print(const std::vector<config::Notice>& notices, std::string_view kind) {
    for (const auto& notice : notices) fmt::print(stderr, "{} ({})\n", notice.to_string(), kind);
}

std::optional<config::PhoneConfig> load_config(const PhoneOptions& options) {
    const auto text = read_file(options.config_file);
    if (!text) {
        const auto reason = std::generic_category().message(errno);
        fmt::print(stderr, "open {}: {}\n", options.config_file, reason);
        return std::nullopt;
    }
    auto loaded = config::load(options.vendor, options.config_file, *text, options.device);
    print(loaded.errors, "error");
    print(loaded.warnings, options.strict_config ? "error" : "warning");
    const bool refused =
        !loaded.errors.empty() || (options.strict_config && !loaded.warnings.empty());
    if (refused) return std::nullopt;
    return std::move(loaded.config);
}

wire::Ipv4 first_address() {
    ifaddrs* raw = nullptr;
    if (getifaddrs(&raw) != 0)
        throw std::system_error(errno, std::generic_category(), "getifaddrs");
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, freeifaddrs);
    for (const auto* entry = list.get(); entry; entry = entry->ifa_next) {
        if (!entry->ifa_addr || entry->ifa_addr->sa_family != AF_INET) continue;
        if ((entry->ifa_flags & IFF_LOOPBACK) != 0 || (entry->ifa_flags & IFF_UP) == 0) continue;
        const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
        return {ntohl(address->sin_addr.s_addr)};
    }
    return *wire::parse_ipv4("127.0.0.1");
}

std::optional<mutants::Defect> defect_of(const std::string& mutant) {
    if (mutant.empty()) return mutants::Defect{};
    if (const auto* found = mutants::find(mutant)) return found->defect;
    fmt::print(stderr, "unknown mutant {}, permitted:", mutant);
    for (const auto& known : mutants::all()) fmt::print(stderr, " {}", known.id);
    fmt::print(stderr, "\n");
    return std::nullopt;
}

}  // namespace

int run_phone(const PhoneOptions& options) {
    DriverSettings settings;
    const auto defect = defect_of(options.mutant);
    if (!defect) return usage;
    auto config = load_config(options);
    if (!config) return bad_configuration;
    if (config->dns_servers.empty()) config->dns_servers = options.dns_servers;

    const auto seed = options.seed ? *options.seed : std::random_device()();
    phone::SeededOracle oracle(seed, options.readings);
    settings.sip_port = config->local_port;
    settings.ca_file = options.ca_file;
    mutants::MutantPhone phone(std::move(*config), *defect, oracle);
    try {
        settings.address = options.address ? *options.address : first_address();
        Session session(phone, settings, std::cout);
        if (options.power_on) session.power_on();
        return session.run(seed);
    } catch (const std::system_error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return unavailable;
    }
}

}  // namespace twinline::live
