// Frames go through the decoder just as those of a file do.
#include "virtual_capture.hh"

#include "rig/assess/assess.hh"
#include "rig/shadow/play.hh"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace twinline::test {

const scenario::Catalogue& catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

field::Capture capture_of(const scenario::Scenario& scenario, const mutants::Defect& defect,
                          std::uint64_t seed, const Keep& keep) {
    field::Sights sights;
    shadow::play(shadow::scene_of(scenario), {{"device", defect}}, seed,
                 assess::with_defaults({}, catalogue()), [&](const timeline::Frame& frame) {
                     if (!keep || keep(frame)) sights.feed(frame);
                 });
    return sights.finish();
}

std::vector<field::Explanation> explained(const field::Capture& capture,
                                          const scenario::Scenario& scenario) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("twinline-field-" + std::to_string(getpid()) + ".cfg");
    std::ofstream(file) << scenario.config;
    auto all = field::explain(capture, catalogue(),
                              {.settings = {file, scenario.vendor, scenario.firmware}});
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
