// `twinline timeline`: what a capture shows, an event a line, written while it is read: nothing of
// it is kept but what its open connections and latest messages need.
#include "probes/capture/capture_file.hh"
#include "probes/decode/decoder.hh"
#include "rig/cli/batch.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/run_directory.hh"
#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace twinline::cli {

namespace {

struct TimelineOptions {
    std::string capture, keys;
};

void write(std::string_view text) {
    std::cout.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
    if (!std::cout) throw std::runtime_error("write the timeline: standard output is closed");
}

// Returns the frames read.
std::uint64_t write_events(capture::CaptureFile& file, const std::string& keys) {
    decode::Decoder decoder({}, decode::TlsKeyLog(keys));
    constexpr unsigned most_hands = 8;
    Crew crew(std::clamp(std::thread::hardware_concurrency(), 1U, most_hands));
    Batch batch(crew);
    std::size_t known_secrets = 0;
    std::uint64_t frames = 0;
    for (; const auto frame = file.next(); ++frames) {
        if (const auto& secrets = file.notes().secrets; secrets.size() > known_secrets) {
            batch.flush(decoder, write);
            decoder.add_keys_views(std::string_view(secrets).substr(known_secrets),
                                   [&](const timeline::EventView& event) { batch.keep(event); });
            known_secrets = secrets.size();
        }
        batch.take(*frame);
        if (batch.is_full()) batch.flush(decoder, write);
    }
    batch.flush(decoder, write);
    return frames;
}

int timeline_of(const TimelineOptions& options) {
    const auto keys = options.keys.empty() ? std::string() : read_whole(options.keys);
    std::ifstream in(options.capture, std::ios::binary);
    if (!in) throw scenario::BadInput({{{options.capture, 0}, "cannot be read"}});
    capture::CaptureFile file(in);
    const auto frames = write_events(file, keys);
    const auto& fault = file.fault();
    if (!fault) return ok;
    const auto where = fmt::format("at octet {}: {}", fault->offset, fault->reason);
    if (frames == 0) throw scenario::BadInput({{{options.capture, 0}, "no capture: " + where}});
    std::cerr << fmt::format("note: the capture breaks off after frame {} ({})\n", frames, where);
    return ok;
}

}  // namespace

void add_timeline_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<TimelineOptions>();
    auto* command =
        app.add_subcommand("timeline", "What a capture shows: SIP, DNS and more, as JSON Lines");
    command->footer("Example: twinline timeline site.pcapng --keys keys.log > site.jsonl");
    command->add_option("CAPTURE", options->capture, "pcap or pcapng")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--keys", options->keys, "A key log for what is said over TLS")
        ->check(CLI::ExistingFile);
    command->callback([&action, options] { action = [options] { return timeline_of(*options); }; });
}

}  // namespace twinline::cli
