// What the rig or a person tells a running phone: a JSON object a line, {"do": "register"}.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace twinline::live {

enum class Command { power_on, register_accounts, unregister_accounts, quit };

// The error is a sentence for the one who wrote the line.
tl::expected<Command, std::string> parse_command(std::string_view line);

}  // namespace twinline::live
