// The fault that a stimulus orders, as the record tells it: "silence primary".
#pragma once

#include "probes/timeline/event.hh"

#include <optional>
#include <string>
#include <string_view>

namespace twinline::judge {

struct Order {
    std::string fault, host;
};

// None of a stimulus that orders something else.
std::optional<Order> order_of(const timeline::Event& stimulus);

// "503" of "503 REGISTER", "SERVFAIL", the milliseconds of "800 ms".
std::string_view first_word(std::string_view text);

}  // namespace twinline::judge
