// What the bodies of NOTIFY say, as far as a phone shows it: waiting messages (RFC 3842) and what
// another phone does (RFC 4235). Both readers take hostile input: they look at each octet once and
// keep a bounded number of entries.
#pragma once

#include "reference_impl/wire/parse_error.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::wire {

struct MessageSummary {
    bool waiting = false;
    struct Voice {
        std::uint32_t fresh = 0;
        std::uint32_t old = 0;
        bool operator==(const Voice&) const = default;
    };
    std::optional<Voice> voice;  // Voice-Message, where there is one
};

Parsed<MessageSummary> parse_message_summary(std::string_view body);

struct DialogInfo {
    std::uint32_t version = 0;
    bool full = false;  // else the dialogs that have changed
    struct Entry {
        std::string id;
        std::string state;  // "trying", "proceeding", "early", "confirmed", "terminated"
    };
    std::vector<Entry> dialogs;
};

inline constexpr std::size_t most_dialogs = 64;

Parsed<DialogInfo> parse_dialog_info(std::string_view body);

}  // namespace twinline::wire
