// Whole small files, as configurations of servers are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace twinline::testbed {

// Both throw std::runtime_error with the path. What is written appears at once, because a server
// may look at any instant.
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace twinline::testbed
