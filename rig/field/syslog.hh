// What a phone wrote to a syslog server, as the server keeps it: lines of RFC 3164 or RFC 5424,
// with or without the priority in front.
#pragma once

#include "probes/timeline/event.hh"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::field {

struct SyslogLine {
    std::size_t number = 0;  // in its file, from 1
    timeline::Instant at{};  // by the clock of whoever wrote it, as if that were UTC
    std::string text;        // without what stands before the message
};

struct Syslog {
    std::vector<SyslogLine> lines;
    std::vector<std::string> faults;  // "FILE:LINE: why", the first few of them
    std::size_t unreadable = 0;       // of all
};

// Throws scenario::BadInput when the file cannot be read. A line that is no syslog is a fault and
// nothing more.
Syslog read_syslog(const std::filesystem::path& file);

// One line. RFC 3164 has no year: `former` is the line before, which it follows.
std::optional<SyslogLine> parse_syslog(std::string_view line, timeline::Instant former);

}  // namespace twinline::field
