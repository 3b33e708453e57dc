// Some frames of a capture on their way to lines: taken in as they come, looked at side by side,
// finished in their order, written down side by side.
#pragma once

#include "probes/decode/decoder.hh"
#include "probes/timeline/json_lines.hh"
#include "rig/cli/crew.hh"

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace twinline::cli {

class Batch {
  public:
    explicit Batch(Crew& crew);

    bool is_full() const;
    void take(const timeline::Frame& frame);      // with a copy of its octets
    void keep(const timeline::EventView& event);  // one that no frame of its own gave

    // Decodes all that was taken, and gives the lines in order.
    void flush(decode::Decoder& decoder, const std::function<void(std::string_view)>& write);

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
    void finish(decode::Decoder& decoder);
    void put_down(std::size_t part);
    template <typename Each>
    void each_of(std::size_t part, Each&& each);

    Crew& crew_;
    std::vector<timeline::Event> before_;
    std::vector<Place> places_;
    std::size_t taken_ = 0;
    std::vector<std::byte> octets_;
    std::vector<timeline::JsonLines> lines_;  // of each part
};

}  // namespace twinline::cli
