// The hash that binds a record together.
#pragma once

#include <filesystem>
#include <string>

namespace twinline::scenario {

// Lower-case hex, as sha256sum prints it. Throws when the file cannot be read.
std::string sha256(const std::filesystem::path& file);

}  // namespace twinline::scenario
