// Frames go through the decoder just as those of a file do.
#include "virtual_capture.hh"

#include "rig/assess/assess.hh"
#include "rig/shadow/play.hh"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace twinline::test {

const scenario::Catalogue& catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

namespace {

// A network is never still: a capture goes on until it is ended, whatever the phone does. Ethernet,
// ARP about an address that nobody in the scenario has.
std::vector<std::byte> somebody_else() {
    std::vector<std::byte> frame(60);
    std::fill_n(frame.begin(), 6, std::byte{0xff});
    constexpr std::array<unsigned char, 10> arp{0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1};
    std::ranges::transform(arp, frame.begin() + 12, [](unsigned char o) { return std::byte{o}; });
    return frame;
}

}  // namespace

field::Capture capture_of(const scenario::Scenario& scenario, const mutants::Defect& defect,
                          std::uint64_t seed, const Keep& keep) {
    field::Sights sights;
    std::uint64_t frames = 0;
    const auto played =
        shadow::play(shadow::scene_of(scenario), {{"device", defect}}, seed,
                     assess::with_defaults({}, catalogue()), [&](const timeline::Frame& frame) {
                         ++frames;
                         if (!keep || keep(frame)) sights.feed(frame);
                     });
    const auto chatter = somebody_else();
    sights.feed({.number = ++frames,
                 .at = played.back().at,
                 .original_length = static_cast<std::uint32_t>(chatter.size()),
                 .bytes = chatter});
    return sights.finish();
}

std::vector<field::Explanation> explained(const field::Capture& capture,
                                          const scenario::Scenario& scenario,
                                          const std::string& clause) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("twinline-field-" + std::to_string(getpid()) + ".cfg");
    std::ofstream(file) << scenario.config;
    auto all =
        field::explain(capture, catalogue(),
                       {.settings = {file, scenario.vendor, scenario.firmware}, .clause = clause});
    std::filesystem::remove(file);
    return all;
}

bool is_dns(const timeline::Frame& frame) {
    constexpr std::size_t ports = 34;  // Ethernet and IPv4 without options
    const auto port = [&](std::size_t at) {
        return std::to_integer<unsigned>(frame.bytes[at]) << 8U |
               std::to_integer<unsigned>(frame.bytes[at + 1]);
    };
    return frame.bytes.size() > ports + 4 && (port(ports) == 53 || port(ports + 2) == 53);
}

}  // namespace twinline::test
