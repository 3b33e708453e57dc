// A capture again, with what was found written at its packets, for Wireshark to show.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace twinline::field {

// `comments`: by the number of the frame. Throws what names the attempt.
void annotate(const std::filesystem::path& capture, const std::filesystem::path& file,
              const std::map<std::uint64_t, std::string>& comments, const std::string& keys);

}  // namespace twinline::field
