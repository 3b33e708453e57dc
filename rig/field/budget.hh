// What a search may cost: worlds, and what is written down of them, for where much was captured
// each is dear. Counted and not timed, so that a capture is explained alike everywhere.
#pragma once

#include <cstddef>

namespace twinline::field {

struct Budget {
    std::size_t worlds = 0;
    std::size_t events = 0;
};

class Spending {
  public:
    explicit Spending(const Budget& budget) : budget_(budget) {}

    void play(std::size_t events) {
        last_ = events;
        play_again(1);
    }
    // Worlds like the last one.
    void play_again(std::size_t worlds) {
        spent_.worlds += worlds;
        spent_.events += worlds * last_;
    }
    bool is_over() const {
        return spent_.worlds >= budget_.worlds || spent_.events >= budget_.events;
    }
    std::size_t worlds() const { return spent_.worlds; }

  private:
    Budget budget_, spent_{};
    std::size_t last_ = 0;  // events
};

}  // namespace twinline::field
