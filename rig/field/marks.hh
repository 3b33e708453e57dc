// What a phone's own log says of registration, failover and boot, put on the capture's clock by
// what both tell of.
#pragma once

#include "rig/field/parties.hh"
#include "rig/field/syslog.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::field {

enum class MarkKind { registered, failed, failover, boot };
std::string_view to_string(MarkKind kind);

struct Mark {
    MarkKind kind = MarkKind::boot;
    timeline::Instant at{};  // by the clock of the capture
    std::size_t line = 0;    // of the log
    std::string text;        // as the phone wrote it
};

struct Marks {
    std::vector<Mark> marks;                    // empty where the clocks cannot be compared
    std::optional<timeline::Duration> ahead{};  // of the capture's clock, from the log's
    std::size_t matched = 0, comparable = 0;    // marks that the capture shows too, of how many
    std::vector<std::string> notes;             // how sure that is
};

// What a line of a log means; vendors' words differ, so only what is plain.
std::optional<MarkKind> meaning_of(std::string_view text);

Marks marks_of(const Syslog& log, const Phone& phone);

}  // namespace twinline::field
