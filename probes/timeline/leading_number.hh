// Numbers of events and captures, whose text may be anything.
#pragma once

#include <charconv>
#include <string_view>

namespace twinline::timeline {

// What the number in front of `text` says; 0 where there is none, or one that Number cannot hold.
template <typename Number>
Number leading_number(std::string_view text) {
    Number value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace twinline::timeline
