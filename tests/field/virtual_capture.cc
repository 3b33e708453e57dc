// Frames go through the decoder just as those of a file do.
#include "virtual_capture.hh"

#include "reference_impl/wire/endpoint.hh"
#include "rig/assess/assess.hh"
#include "rig/shadow/play.hh"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
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
    return capture_of(scenario, defect, seed, Site{{}, keep, {}});
}

field::Capture capture_of(const scenario::Scenario& scenario, const mutants::Defect& defect,
                          std::uint64_t seed, const Site& site) {
    field::Sights sights;
    std::uint64_t frames = 0;
    const auto played = shadow::play(
        shadow::scene_of(scenario), {{"device", defect}}, seed,
        assess::with_defaults(site.answers, catalogue()), [&](const timeline::Frame& frame) {
            ++frames;
            if (site.keep && !site.keep(frame)) return;
            std::vector<std::byte> octets(frame.bytes.begin(), frame.bytes.end());
            if (site.on_the_way) site.on_the_way(octets);
            auto moved = frame;
            moved.bytes = octets;
            sights.feed(moved);
        });
    const auto chatter = somebody_else();
    sights.feed({.number = ++frames,
                 .at = played.back().at,
                 .original_length = static_cast<std::uint32_t>(chatter.size()),
                 .bytes = chatter});
    return sights.finish();
}

field::Capture capture_of_a_restart(const scenario::Scenario& scenario,
                                    const mutants::Defect& defect, timeline::Duration later) {
    field::Sights sights;
    std::uint64_t frames = 0;
    timeline::Instant end{};
    for (const std::uint64_t life : {1U, 2U}) {
        const auto moved_by = life == 1 ? timeline::Duration{} : later;
        const auto played =
            shadow::play(shadow::scene_of(scenario), {{"device", defect}}, life,
                         assess::with_defaults({}, catalogue()), [&](const timeline::Frame& frame) {
                             if (life == 1 && frame.at.time_since_epoch() >= later) return;
                             auto moved = frame;
                             moved.number = ++frames;
                             moved.at += moved_by;
                             sights.feed(moved);
                         });
        end = played.back().at + moved_by;
    }
    const auto chatter = somebody_else();
    sights.feed({.number = ++frames,
                 .at = end,
                 .original_length = static_cast<std::uint32_t>(chatter.size()),
                 .bytes = chatter});
    return sights.finish();
}

bool is_whole() {
    const char* tier = std::getenv("TWINLINE_TIER");
    return tier != nullptr && std::string_view(tier) == "all";
}

std::vector<field::Explanation> explained(const field::Capture& capture,
                                          const scenario::Scenario& scenario,
                                          field::Wanted wanted) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("twinline-field-" + std::to_string(getpid()) + ".cfg");
    std::ofstream(file) << scenario.config;
    wanted.settings = {file, scenario.vendor, scenario.firmware};
    auto all = field::explain(capture, catalogue(), wanted);
    std::filesystem::remove(file);
    return all;
}

Keep late() {
    return [has_begun = false](const timeline::Frame& frame) mutable {
        const std::string_view text(reinterpret_cast<const char*>(frame.bytes.data()),
                                    frame.bytes.size());
        const bool keeps = has_begun;
        has_begun = has_begun || (text.find("SIP/2.0 200 ") != text.npos &&
                                  text.find(" REGISTER\r\n") != text.npos);
        return keeps;
    };
}

std::function<void(std::vector<std::byte>&)> behind_nat(const scenario::Scenario& scenario) {
    constexpr std::size_t source = 26, destination = 30;  // Ethernet, no options
    constexpr std::size_t protocol = 23, quoted_source = 14 + 20 + 8 + 12;
    std::array<std::byte, 4> inside{},
        outside{std::byte{203}, std::byte{0}, std::byte{113}, std::byte{77}};
    const auto known = scenario.topology.subjects.find("device");
    const auto phone = wire::parse_ipv4(
        known == scenario.topology.subjects.end() ? "198.51.100.100" : known->second.phone);
    for (std::size_t i = 0; i < inside.size(); ++i)
        inside[i] = static_cast<std::byte>(phone->value >> (24U - 8U * i));
    return [=](std::vector<std::byte>& octets) {
        const auto move = [&](std::size_t at) {
            if (octets.size() < at + 4 || !std::equal(inside.begin(), inside.end(), &octets[at]))
                return;
            std::ranges::copy(outside, &octets[at]);
        };
        for (const auto at : {source, destination}) move(at);
        // ICMP quotes what it is about.
        if (octets.size() > protocol && octets[protocol] == std::byte{1}) move(quoted_source);
    };
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
