// Scenarios and topologies as their authors write them: a file is accepted, or each of its faults
// is told with its line; nothing else may come of it.
#include "rig/scenario/catalogue.hh"
#include "tests/fuzz/targets.hh"

#include <algorithm>
#include <filesystem>
#include <string>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace twinline::fuzz {

namespace {

// The loaders take paths; this one leads to memory.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view text) : file_(memfd_create("fuzzed", MFD_CLOEXEC)) {
        if (file_ < 0 ||
            write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            throw std::system_error(errno, std::generic_category(), "write a file in memory");
    }
    ~MemoryFile() { close(file_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(file_); }

  private:
    int file_;
};

void check(const scenario::BadInput& bad, std::string_view text) {
    const auto lines = 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    hold(!bad.faults().empty(), "what is refused has a fault");
    for (const auto& fault : bad.faults()) {
        hold(fault.place.line >= 1 && fault.place.line <= lines + 1, "a fault has its line");
        hold(!fault.text.empty(), "a fault says what is wrong");
    }
}

// As fixtures/topologies has it, so that the scenarios of the catalogue are good inputs.
constexpr std::string_view two_registrars =
    "id: two-registrars\n"
    "domain: pbx.test\n"
    "hosts:\n"
    "  primary: {address: 192.0.2.11, runs: kamailio}\n"
    "  secondary: {address: 192.0.2.12, runs: kamailio}\n"
    "  dns: {address: 192.0.2.2, runs: dns}\n"
    "zone: |\n"
    "  @ IN SOA dns hostmaster 1 3600 600 86400 60\n"
    "users:\n"
    "  - {name: \"1001\", password: correct-horse-1001}\n"
    "grants: 3600 s\n"
    "subjects:\n"
    "  device: {phone: 198.51.100.100, probe: 198.51.100.110}\n"
    "  twin: {phone: 198.51.100.101, probe: 198.51.100.111}\n"
    "unkeyed_probe: 198.51.100.120\n";

scenario::Topology load(std::string_view text) {
    const MemoryFile file(text);
    return scenario::load_topology(file.path());
}

}  // namespace

void topology(std::string_view text) {
    try {
        (void)load(text);
    } catch (const scenario::BadInput& bad) {
        check(bad, text);
    }
}

void scenario(std::string_view text) {
    static const auto servers = load(two_registrars);
    const MemoryFile file(text);
    try {
        (void)scenario::load_scenario(file.path(), servers);
    } catch (const scenario::BadInput& bad) {
        check(bad, text);
    }
}

}  // namespace twinline::fuzz
