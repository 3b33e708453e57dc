// Each check tries the thing itself and not its version, as far as it can; the remedy is a command
// where there is one.
#include "rig/testbed/doctor.hh"

#include "rig/testbed/doctor_inside.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/process.hh"

#include <fmt/format.h>
#include <ldns/ldns.h>
#include <pcap/pcap.h>

#include <array>
#include <chrono>
#include <curl/curl.h>
#include <filesystem>
#include <thread>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

constexpr std::array modules{
    "kex",    "tm",     "tmx",       "sl",       "rr",           "pv",
    "maxfwd", "usrloc", "registrar", "textops",  "siputils",     "sanity",
    "auth",   "htable", "async",     "jsonrpcs", "tls",          "nathelper",
    "stun",   "path",   "outbound",  "presence", "presence_mwi", "presence_dialoginfo"};
constexpr const char* get_kamailio =
    "apt-get install kamailio kamailio-json-modules kamailio-tls-modules kamailio-outbound-modules "
    "kamailio-presence-modules";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

Check program(const std::string& name, const std::vector<std::string>& version_option,
              const std::string& remedy) {
    const auto path = find_program(name);
    if (path.empty()) return {name, false, "not installed", remedy};
    std::vector<std::string> argv{path.string()};
    argv.insert(argv.end(), version_option.begin(), version_option.end());
    try {
        return {name, true, first_line(run_command(argv)), {}};
    } catch (const std::exception& error) {
        return {name, false, first_line(error.what()), remedy};
    }
}

Check kamailio_modules() {
    const std::string check = "kamailio modules";
    std::string folder;
    try {
        const std::string about = run_command({"kamailio", "-I"});
        constexpr std::string_view label = "Default paths to modules: ";
        if (const auto at = about.find(label); at != std::string::npos) {
            folder = first_line(about.substr(at + label.size()));
        }
    } catch (const std::exception& error) {
        return {check, false, first_line(error.what()), get_kamailio};
    }
    std::string missing;
    for (const auto* module : modules) {
        if (!std::filesystem::exists(fmt::format("{}/{}.so", folder, module))) {
            missing += fmt::format(" {}", module);
        }
    }
    if (!missing.empty()) return {check, false, "missing:" + missing, get_kamailio};
    return {check, true, fmt::format("{} in {}", modules.size(), folder), {}};
}

// Capture stamps are wall time; everything the rig waits for is not.
Check clock_check() {
    const auto wall = std::chrono::system_clock::now();
    const auto steady = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(100ms);
    const auto drift =
        (std::chrono::system_clock::now() - wall) - (std::chrono::steady_clock::now() - steady);
    const auto microseconds = std::abs(drift / 1us);
    return {
        "clock", microseconds < 1000,
        fmt::format("wall and steady clock differ by {} us in 100 ms", microseconds),
        microseconds < 1000 ? "" : "let the clock be slewed, not stepped (chronyd, or ntpd -x)"};
}

// What serves the files of configuration servers.
std::vector<Check> file_servers() {
    Check nginx{"nginx", !find_program("nginx").empty(), "installed", {}};
    if (!nginx.ok) nginx = {nginx.check, false, "not installed", "apt-get install nginx-light"};
    Check ftp{"pyftpdlib", true, {}, {}};
    try {
        ftp.found = first_line(
            run_command({"/usr/bin/python3", "-c", "import pyftpdlib; print(pyftpdlib.__ver__)"}));
    } catch (const std::exception&) {
        ftp = {ftp.check, false, "not installed", "apt-get install python3-pyftpdlib"};
    }
    return {nginx, program("dnsmasq", {"--version"}, "apt-get install dnsmasq-base"), ftp};
}

}  // namespace

std::vector<Check> doctor() {
    std::vector<Check> checks = doctor_inside();
    checks.push_back(program("ip", {"-V"}, "apt-get install iproute2"));
    checks.push_back(program("kamailio", {"-v"}, get_kamailio));
    checks.push_back(kamailio_modules());
    for (auto& check : file_servers()) checks.push_back(std::move(check));
    checks.push_back({"ldns", true, ldns_version(), {}});
    checks.push_back({"curl", true, curl_version(), {}});
    checks.push_back({"pcap", true, pcap_lib_version(), {}});
    checks.push_back(clock_check());
    return checks;
}

std::vector<Check> doctor_of_phones(const Devices& devices) {
    std::vector<Check> checks;
    for (const auto& [id, device] : devices) {
        if (device.handset) continue;  // what it needs is no phone
        for (const auto& need : device.needs) {
            const auto path = find_program(need.program);
            checks.push_back(path.empty()
                                 ? Check{"phone " + id, false, "not installed", need.remedy}
                                 : Check{"phone " + id, true, path.string(), {}});
        }
    }
    return checks;
}

}  // namespace twinline::testbed
