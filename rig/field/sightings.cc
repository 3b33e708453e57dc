// Media and other traffic give no event, so memory follows what was signalled.
#include "rig/field/sightings.hh"

#include "probes/capture/read_frames.hh"
#include "probes/decode/decoder.hh"
#include "probes/decode/link.hh"
#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <unordered_map>

namespace twinline::field {

namespace {

using timeline::EventView;

// A frame that the capture holds twice comes so soon; nothing is sent again before T1.
constexpr timeline::Duration twin_frames = std::chrono::milliseconds{20};

bool is_signalling(const EventView& event) {
    return event.kind.starts_with("sip.") || event.kind.starts_with("dns.") ||
           event.kind.starts_with("keepalive.") || event.kind == "icmp.unreachable" ||
           event.kind == "tcp.syn" || event.kind == "tcp.synack" || event.kind == "tcp.rst" ||
           event.kind == "tcp.fin" || event.kind == "tls.unreadable" ||
           event.kind == "frame.truncated";
}

// Frames in order of time. Where the clock was set, back or far ahead (a box that boots in 1970 and
// then asks for the time), time goes on from where it stood, so that no capture makes the reference
// play for decades.
class Clock {
  public:
    timeline::Instant of(const timeline::Frame& frame, std::vector<std::string>& notes) {
        // Frames of several interfaces come a little out of order, which is no step.
        constexpr timeline::Duration disorder = std::chrono::seconds{1};
        constexpr timeline::Duration longest_pause = std::chrono::days{7};
        constexpr timeline::Instant longest_capture{std::chrono::days{1000}};
        const auto step = frame.at - last_raw_;
        last_raw_ = frame.at;
        if (step < -disorder || step > longest_pause || at_ + step > longest_capture)
            note(step, frame.number, notes);
        else
            at_ += step;
        last_ = std::max(last_, at_);
        return at_;
    }
    timeline::Instant last() const { return last_; }

  private:
    void note(timeline::Duration step, std::uint64_t frame, std::vector<std::string>& notes) {
        constexpr std::size_t most = 8;
        if (++steps_ > most + 1) return;
        if (steps_ > most) {
            notes.push_back("the clock of the capture steps more often still, which is not told");
            return;
        }
        const auto seconds = std::chrono::duration<double>(std::chrono::abs(step)).count();
        notes.push_back(
            fmt::format("the clock of the capture steps {} by {:.3f} s at frame {}; what follows "
                        "is taken to come right after",
                        step < timeline::Duration{} ? "back" : "ahead", seconds, frame));
    }

    timeline::Instant last_raw_{}, at_{}, last_{};
    std::size_t steps_ = 0;
};

// Equal for equal messages; two others would have to share 64 bits within a few milliseconds.
std::size_t identity(const Sighting& sighting) {
    std::string text = sighting.event.kind + ' ' + sighting.from + ' ' + sighting.to;
    for (const auto& [name, value] : sighting.event.fields)
        if (name != "send") text += '\n' + value;
    return std::hash<std::string>{}(text);
}

// Some captures hold every frame twice (all interfaces of a host); then the second one goes. A
// phone that says something twice at once does so now and then only, and is not touched.
void drop_twins(Capture& capture) {
    std::unordered_map<std::size_t, timeline::Instant> last;
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
    Impl(const std::string& keys, std::optional<Survey::Addresses> of)
        : decoder({}, decode::TlsKeyLog(keys)), concerned(std::move(of)) {}

    void see(const EventView& event) {
        const auto way = way_of(event.peer);
        if (!way || !is_signalling(event)) return;
        cut += event.kind == "frame.truncated" ? 1 : 0;
        if (concerned && !concerned->contains(way->from) && !concerned->contains(way->to)) return;
        capture.sightings.push_back(
            {std::string(way->from), std::string(way->to), to_event(event)});
        capture.sightings.back().event.peer.clear();
    }

    decode::Decoder decoder;
    std::optional<Survey::Addresses> concerned;
    Capture capture{};
    Clock clock{};
    std::size_t cut = 0;  // frames
    decode::Unread unread{};
};

Sights::Sights(const std::string& keys, std::optional<Survey::Addresses> concerned)
    : impl_(std::make_unique<Impl>(keys, std::move(concerned))) {}
Sights::~Sights() = default;

void Sights::feed(timeline::Frame frame) {
    auto& capture = impl_->capture;
    frame.at = impl_->clock.of(frame, capture.notes);
    ++capture.frames;
    impl_->unread.note(frame);
    impl_->decoder.feed_views(frame, [this](const EventView& event) { impl_->see(event); });
}

void Sights::add_keys(std::string_view lines) {
    impl_->decoder.add_keys_views(lines, [this](const EventView& event) { impl_->see(event); });
}

std::uint64_t Sights::frames() const { return impl_->capture.frames; }

Capture Sights::finish() {
    auto capture = std::move(impl_->capture);
    capture.end = impl_->clock.last();
    if (impl_->cut > 0)
        capture.notes.push_back(
            fmt::format("{} packets were captured in part only and cannot be read", impl_->cut));
    for (auto& note : impl_->unread.notes()) capture.notes.push_back(std::move(note));
    std::ranges::stable_sort(capture.sightings, {},
                             [](const Sighting& sighting) { return sighting.event.at; });
    drop_twins(capture);
    return capture;
}

namespace {

std::ifstream opened(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file))
        throw scenario::BadInput({{{file.string(), 0}, "cannot be read"}});
    return in;
}

// None of a pipe, which can be read once only.
std::optional<Survey::Addresses> surveyed(const std::filesystem::path& file,
                                          const std::string& keys) {
    if (!std::filesystem::is_regular_file(file)) return std::nullopt;
    auto in = opened(file);
    capture::CaptureFile source(in);
    Survey survey(keys);
    capture::read_frames(source, survey);
    return std::move(survey).addresses();
}

}  // namespace

Capture read_capture(const std::filesystem::path& file, const std::string& keys) {
    auto concerned = surveyed(file, keys);
    auto in = opened(file);
    capture::CaptureFile source(in);
    Sights sights(keys, std::move(concerned));
    capture::read_frames(source, sights);
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
