// Some frames of a capture on their way to lines: taken in as they come, looked at side by side,
// finished in their order, written down side by side.
#pragma once

#include "probes/decode/decoder.hh"
#include "probes/timeline/json_lines.hh"
#include "rig/cli/crew.hh"

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace twinline::cli {

using Lines = std::function<void(std::string_view)>;

// The steps are called in this order; one that has nothing to do does nothing.
class Batch {
  public:
    explicit Batch(Crew& crew);

    bool is_full() const;
    void take(const timeline::Frame& frame);      // with a copy of its octets
    void keep(const timeline::EventView& event);  // one that no frame of its own gave
    void begin();                                 // lets the crew look at what was taken
    void finish(decode::Decoder& decoder);        // and lets it write the lines
    void give(const Lines& lines);                // in order; it is empty then

  private:
    static constexpr std::size_t most_frames = 512, most_octets = 1 << 20, parts = 16;

    struct Place {
        timeline::Frame frame;
        std::size_t begin = 0, size = 0;  // of its octets
        decode::Glimpse glimpse;
        std::optional<timeline::EventView> event;  // the glimpse's own
        std::vector<timeline::Event> others;       // what else it gave
    };

    void glance(std::size_t part);
    void put_down(std::size_t part);
    template <typename Each>
    void each_of(std::size_t part, Each&& each);

    std::vector<timeline::Event> before_;
    std::vector<Place> places_;
    std::size_t taken_ = 0;
    std::vector<std::byte> octets_;
    std::vector<timeline::JsonLines> lines_;  // of each part
    Crew::Job glances_, writing_;
};

// Batches one behind the other: while one is read from the file, the crew looks at the one before
// and writes down the one before that.
class Batches {
  public:
    Batches(Crew& crew, decode::Decoder& decoder, Lines lines);

    void feed(const timeline::Frame& frame);
    void add_keys(std::string_view key_log);  // for the frames that follow
    void flush();                             // gives all that was taken

  private:
    void push();

    decode::Decoder& decoder_;
    Lines lines_;
    std::array<Batch, 3> batches_;
    std::size_t open_ = 0;  // the one that takes frames
};

}  // namespace twinline::cli
