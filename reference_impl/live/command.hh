// What the rig or a person tells a running phone: a JSON object a line, {"do": "register"},
// {"do": "dial", "number": "2000"}.
#pragma once

#include "reference_impl/phone/input.hh"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace twinline::live {

struct PowerUp {};
struct Quit {};
using Command = std::variant<PowerUp, Quit, phone::Input>;

// The error is a sentence for the one who wrote the line.
tl::expected<Command, std::string> parse_command(std::string_view line);

}  // namespace twinline::live
