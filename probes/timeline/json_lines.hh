// A timeline as JSON Lines: {"id", "at_ms", "subject", "direction", "peer", "peer_port", "kind",
// "fields", "clauses", "frame"}. Empty members are left out; at_ms keeps nanoseconds as decimals.
#pragma once

#include "probes/timeline/event_view.hh"

#include <tl/expected.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace twinline::timeline {

inline constexpr std::int64_t nanoseconds_per_ms = 1'000'000;

struct LineError {
    std::size_t line = 0;  // from 1
    std::string reason;
};

std::string to_json_line(const Event& event);  // without the newline
tl::expected<Event, std::string> from_json_line(std::string_view line);
void write(std::ostream& out, const Timeline& timeline);
tl::expected<Timeline, LineError> read(std::istream& in);

// Lines one after the other in one piece of memory, for a timeline that is written as it comes.
class JsonLines {
  public:
    void add(const EventView& event);  // with its newline
    void add(const Event& event);
    std::string_view text() const { return {buffer_.data(), used_}; }
    void clear() { used_ = 0; }

  private:
    void put(const auto& event);

    std::string buffer_;  // grows to the longest piece, and is written anew from its start
    std::size_t used_ = 0;
};

}  // namespace twinline::timeline
