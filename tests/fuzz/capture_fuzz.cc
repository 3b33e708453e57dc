// A capture file, pcap or pcapng, through the reader and the decoder: every frame and every fault
// lies in the file, no length in it takes more memory than the file itself, and every event can be
// written as a line and read again.
#include "probes/capture/read_frames.hh"
#include "probes/decode/decoder.hh"
#include "probes/timeline/json_lines.hh"
#include "tests/fuzz/targets.hh"

#include <sstream>
#include <string>

namespace twinline::fuzz {

namespace {

constexpr std::uint32_t device = 0xc6336464;     // 198.51.100.100
constexpr std::uint32_t primary = 0xc000020b;    // 192.0.2.11
constexpr std::uint32_t provision = 0xc0000250;  // 192.0.2.80
constexpr std::uint32_t ftp = 0xc0000251;
constexpr std::uint32_t tftp = 0xc0000252;

timeline::Cast cast() {
    return {{{device, "device"}},
            {{primary, "primary"}, {provision, "provisioning"}, {ftp, "ftp"}, {tftp, "tftp"}},
            {{provision, {"http", 80}}, {ftp, {"ftp", 21}}, {tftp, {"tftp", 69}}}};
}

void check(const timeline::Event& event) {
    hold(!event.kind.empty(), "an event has a kind");
    const auto again = timeline::from_json_line(timeline::to_json_line(event));
    hold(again && again->kind == event.kind && again->fields.size() == event.fields.size(),
         "an event is written and read again");
}

struct Reader {
    void feed(const timeline::Frame& frame) {
        hold(frame.bytes.size() <= most, "a frame is no longer than its file");
        hold(frame.original_length >= frame.bytes.size(), "a frame was as long at least");
        decoder.feed(frame, check);
    }
    void add_keys(std::string_view lines) { decoder.add_keys(lines, check); }

    std::size_t most;
    decode::Decoder decoder;
};

}  // namespace

void capture(std::string_view file) {
    std::istringstream in{std::string(file)};
    capture::CaptureFile frames(in, {.origin = std::nullopt, .memory_step = 4096});
    Reader reader{file.size(), decode::Decoder(cast())};
    capture::read_frames(frames, reader);
    if (const auto& fault = frames.fault()) {
        hold(fault->offset <= file.size(), "a fault lies in the file");
        hold(!fault->reason.empty(), "a fault says what is wrong");
    }
}

}  // namespace twinline::fuzz
