// rig.jsonl: what the rig did and what the twin decided, each line written the moment it happens,
// on the run clock.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/testbed/clock.hh"

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace twinline::run {

// The run clock begins when the session does; wall instants are mapped on it.
class RunClock {
  public:
    RunClock() : origin_(testbed::wall_now()), steady_origin_(std::chrono::steady_clock::now()) {}

    testbed::Wall origin() const { return origin_; }
    timeline::Instant at(testbed::Wall wall) const { return timeline::Instant{wall - origin_}; }
    timeline::Instant now() const { return at(testbed::wall_now()); }
    std::chrono::steady_clock::time_point steady(timeline::Instant at) const {
        return steady_origin_ + at.time_since_epoch();
    }
    // How far the wall clock has run away from the steady one since the beginning.
    timeline::Duration drift() const {
        return (testbed::wall_now() - origin_) -
               (std::chrono::steady_clock::now() - steady_origin_);
    }

  private:
    testbed::Wall origin_;
    std::chrono::steady_clock::time_point steady_origin_;
};

class RigLog {
  public:
    // Throws when the file cannot be made or written (disk full).
    // `listener` hears each line too.
    explicit RigLog(const std::filesystem::path& file,
                    std::function<void(const timeline::Event&)> listener = {});

    void write(timeline::Instant at, std::string subject, std::string kind, timeline::Fields fields,
               std::vector<std::string> clauses = {});
    void write(const timeline::Event& event);

  private:
    std::filesystem::path file_;
    std::ofstream out_;
    std::function<void(const timeline::Event&)> listener_;
};

}  // namespace twinline::run
