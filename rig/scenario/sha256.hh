// The hash that binds a record together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace twinline::scenario {

// Lower-case hex, as sha256sum prints it. Throws when the file cannot be read.
std::string sha256(const std::filesystem::path& file);
// Of its first `length` octets.
std::string sha256(const std::filesystem::path& file, std::uintmax_t length);
std::string sha256_of(std::string_view octets);

}  // namespace twinline::scenario
