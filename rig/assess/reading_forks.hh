// The admissible combinations of readings, found while running: only a question that a run asks is
// forked, and each combination comes once.
#pragma once

#include "rig/scenario/catalogue.hh"
#include "rig/shadow/play.hh"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace twinline::assess {

class ReadingForks {
  public:
    using Known = std::map<std::string, scenario::Reading, std::less<>>;

    explicit ReadingForks(const Known& known) : known_(known) {}

    // The answers of the next run, a default for every question that is not forked; the fewest
    // answers besides the defaults first. Nothing when all combinations have run.
    std::optional<shadow::Readings> next();

    // What the run met, in the order in which it asked. The order matters: a run depends on the
    // answers up to a question alone, so flipping the questions one by one, each with the ones
    // before it held, meets every combination once.
    void ran(const std::vector<std::string>& asked);

  private:
    const Known& known_;
    std::deque<shadow::Readings> open_{{}};
    shadow::Readings fixed_;  // of the run that next() gave
};

// The questions that a reference asked during `played`, in their order.
std::vector<std::string> asked_by(const timeline::Timeline& played, std::string_view subject);

}  // namespace twinline::assess
