// Media and other traffic give no event, so memory follows what was signalled.
#include "rig/field/sightings.hh"

#include "probes/capture/capture_file.hh"
#include "probes/decode/decoder.hh"
#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace twinline::field {

namespace {

using timeline::Event;

// A frame that the capture holds twice comes so soon; nothing is sent again before T1.
constexpr timeline::Duration twin_frames = std::chrono::milliseconds{20};

bool is_signalling(const Event& event) {
    return event.kind.starts_with("sip.") || event.kind.starts_with("dns.") ||
           event.kind.starts_with("keepalive.") || event.kind == "icmp.unreachable" ||
           event.kind == "tcp.syn" || event.kind == "tcp.synack" || event.kind == "tcp.rst" ||
           event.kind == "tcp.fin" || event.kind == "tls.unreadable" ||
           event.kind == "frame.truncated";
}

// Frames in order of time: a clock that was set back goes on from where it stood.
class Clock {
  public:
    timeline::Instant of(const timeline::Frame& frame, std::vector<std::string>& notes) {
        // Frames of several interfaces come a little out of order, which is no step.
        constexpr timeline::Duration disorder = std::chrono::seconds{1};
        if (frame.at + disorder < last_raw_) {
            const auto back = last_raw_ - frame.at;
            added_ += back;
            notes.push_back(
                fmt::format("the clock of the capture steps back by {:.3f} s at frame {}; what "
                            "follows is taken "
                            "to come right after",
                            std::chrono::duration<double>(back).count(), frame.number));
        }
        last_raw_ = frame.at;
        last_ = std::max(last_, frame.at + added_);
        return frame.at + added_;
    }
    timeline::Instant last() const { return last_; }

  private:
    timeline::Instant last_raw_{}, last_{};
    timeline::Duration added_{};
};

std::string identity(const Sighting& sighting) {
    std::string text = sighting.event.kind + ' ' + sighting.from + ' ' + sighting.to;
    for (const auto& [name, value] : sighting.event.fields)
        if (name != "send") text += '\n' + value;
    return text;
}

// Some captures hold every frame twice (all interfaces of a host); then the second one goes. A
// phone that says something twice at once does so now and then only, and is not touched.
void drop_twins(Capture& capture) {
    std::map<std::string, timeline::Instant> last;
    std::vector<bool> is_twin;
    std::size_t twins = 0;
    for (const auto& sighting : capture.sightings) {
        const auto [known, is_new] = last.try_emplace(identity(sighting), sighting.event.at);
        const bool again = !is_new && sighting.event.at - known->second < twin_frames;
        known->second = sighting.event.at;
        is_twin.push_back(again);
        twins += again ? 1 : 0;
    }
    constexpr std::size_t fewest = 8;
    if (twins < fewest || twins * 10 < capture.sightings.size() * 4) return;
    std::size_t next = 0;
    std::erase_if(capture.sightings, [&](const Sighting&) { return is_twin[next++]; });
    capture.notes.push_back(
        fmt::format("{} frames are in the capture twice; the second ones are left out", twins));
}

void see(Event&& event, Capture& capture) {
    const auto arrow = event.peer.find("->");
    if (!is_signalling(event) || arrow == std::string::npos) return;
    Sighting sighting{event.peer.substr(0, arrow), event.peer.substr(arrow + 2), std::move(event)};
    sighting.event.peer.clear();
    capture.sightings.push_back(std::move(sighting));
}

void note_losses(const capture::CaptureFile& file, Capture& capture) {
    if (const auto& fault = file.fault())
        capture.notes.push_back(fmt::format(
            "the capture breaks off after frame {} (at octet {}: {}); it is read as far as that",
            capture.frames, fault->offset, fault->reason));
    if (const auto& stats = file.notes().stats; stats && stats->dropped + stats->if_dropped > 0)
        capture.notes.push_back(
            fmt::format("the capture itself says that it lost {} frames: what is missing may have "
                        "been there",
                        stats->dropped + stats->if_dropped));
}

}  // namespace

struct Sights::Impl {
    explicit Impl(const std::string& keys) : decoder({}, decode::TlsKeyLog(keys)) {}

    decode::Decoder decoder;
    Capture capture{};
    Clock clock{};
};

Sights::Sights(const std::string& keys) : impl_(std::make_unique<Impl>(keys)) {}
Sights::~Sights() = default;

void Sights::feed(timeline::Frame frame) {
    auto& capture = impl_->capture;
    frame.at = impl_->clock.of(frame, capture.notes);
    ++capture.frames;
    impl_->decoder.feed(frame, [&](Event&& event) { see(std::move(event), capture); });
}

void Sights::add_keys(std::string_view lines) {
    impl_->decoder.add_keys(lines, [&](Event&& event) { see(std::move(event), impl_->capture); });
}

std::uint64_t Sights::frames() const { return impl_->capture.frames; }

Capture Sights::finish() {
    auto capture = std::move(impl_->capture);
    capture.end = impl_->clock.last();
    const auto cut =
        std::ranges::count(capture.sightings, "frame.truncated",
                           [](const Sighting& sighting) { return sighting.event.kind; });
    if (cut > 0)
        capture.notes.push_back(
            fmt::format("{} packets were captured in part only and cannot be read", cut));
    std::ranges::stable_sort(capture.sightings, {},
                             [](const Sighting& sighting) { return sighting.event.at; });
    drop_twins(capture);
    return capture;
}

Capture read_capture(const std::filesystem::path& file, const std::string& keys) {
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file))
        throw scenario::BadInput({{{file.string(), 0}, "cannot be read"}});
    capture::CaptureFile source(in);
    Sights sights(keys);
    std::size_t known_secrets = 0;
    while (const auto frame = source.next()) {
        if (const auto& secrets = source.notes().secrets; secrets.size() > known_secrets) {
            sights.add_keys(std::string_view(secrets).substr(known_secrets));
            known_secrets = secrets.size();
        }
        sights.feed(*frame);
    }
    if (sights.frames() == 0)
        throw scenario::BadInput(
            {{{file.string(), 0},
              source.fault() ? fmt::format("no capture: at octet {}: {}", source.fault()->offset,
                                           source.fault()->reason)
                             : "holds no frame"}});
    auto result = sights.finish();
    note_losses(source, result);
    return result;
}

}  // namespace twinline::field
