// A field capture as events between addresses: what was seen, before anyone knows who is who.
// Damage that a capture from a customer brings (a cut end, a clock that steps back, every frame
// twice) is met here, once.
#pragma once

#include "probes/timeline/event.hh"
#include "probes/timeline/frame.hh"
#include "rig/field/survey.hh"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::field {

// An event on the wire with the addresses of both ends, dotted.
struct Sighting {
    std::string from;
    std::string to;
    timeline::Event event;  // without subject; its frame is the number in the capture
};

struct Capture {
    std::vector<Sighting> sightings;  // SIP, DNS, ICMP errors, TCP's opens and ends, keep-alives
    std::uint64_t frames = 0;
    timeline::Instant end{};         // of the last frame
    std::vector<std::string> notes;  // what is wrong with the file, in sentences
};

// Takes frame after frame, in the order of the capture.
class Sights {
  public:
    // `concerned`: of the others nothing is kept; absent: everything is.
    explicit Sights(const std::string& keys = {},
                    std::optional<Survey::Addresses> concerned = std::nullopt);
    ~Sights();
    Sights(const Sights&) = delete;
    Sights& operator=(const Sights&) = delete;

    void feed(timeline::Frame frame);
    void add_keys(std::string_view lines);
    std::uint64_t frames() const;
    Capture finish();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// `keys`: lines of a TLS key log beside those that a pcapng holds. Throws scenario::BadInput when
// the file cannot be read or is no capture; one that breaks off is read as far as it goes. A file
// is read twice, and what concerns none of its phones and their servers is not kept.
Capture read_capture(const std::filesystem::path& file, const std::string& keys);

}  // namespace twinline::field
