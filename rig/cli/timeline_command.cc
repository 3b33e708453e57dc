// `twinline timeline`: what a capture shows, an event a line, written while it is read: nothing of
// it is kept but what its open connections and latest messages need.
#include "probes/capture/read_frames.hh"
#include "probes/decode/decoder.hh"
#include "probes/decode/link.hh"
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

class Reader {
  public:
    explicit Reader(const std::string& keys)
        : decoder_({}, decode::TlsKeyLog(keys)), crew_(hands()), batches_(crew_, decoder_, write) {}

    void feed(const timeline::Frame& frame) {
        unread_.note(frame);
        batches_.feed(frame);
    }
    void add_keys(std::string_view lines) { batches_.add_keys(lines); }
    void finish() {
        batches_.flush();
        for (const auto& note : unread_.notes()) std::cerr << "note: " << note << '\n';
    }

  private:
    static unsigned hands() {
        constexpr unsigned most = 8;
        return std::clamp(std::thread::hardware_concurrency(), 1U, most);
    }

    decode::Decoder decoder_;
    decode::Unread unread_;
    Crew crew_;
    Batches batches_;
};

int timeline_of(const TimelineOptions& options) {
    const auto keys = options.keys.empty() ? std::string() : read_whole(options.keys);
    std::ifstream in(options.capture, std::ios::binary);
    if (!in) throw scenario::BadInput({{{options.capture, 0}, "cannot be read"}});
    capture::CaptureFile file(in);
    Reader reader(keys);
    const auto frames = capture::read_frames(file, reader);
    reader.finish();
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
