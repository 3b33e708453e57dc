// Little programs that the tests of the way into the lab run as processes of their own: this test
// program, started with "--as-program NAME".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

inline constexpr std::string_view as_program = "--as-program";

// argv of a child that runs one of them.
std::vector<std::string> program_argv(const std::string& name);

int run_program(std::string_view name);

}  // namespace twinline::testbed
