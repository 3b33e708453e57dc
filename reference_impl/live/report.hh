// Tells the rig what the phone did and why: a JSON object a line, each flushed, with the run clock
// and the wall clock.
#pragma once

#include "reference_impl/live/media.hh"
#include "reference_impl/phone/output.hh"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string_view>

namespace twinline::live {

class Report {
  public:
    // `start` is Instant 0.
    Report(std::ostream& out, std::chrono::steady_clock::time_point start)
        : out_(out), start_(start) {}

    void ready(wire::Instant at, wire::Endpoint sip, std::uint64_t seed);
    void output(wire::Instant at, const phone::Output& output);
    void media_counts(wire::Instant at, const MediaCounts& counts);
    void error(wire::Instant at, std::string_view text);

  private:
    void write(wire::Instant at, const nlohmann::ordered_json& content);

    std::ostream& out_;
    std::chrono::steady_clock::time_point start_;
};

}  // namespace twinline::live
