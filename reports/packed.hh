// Text made small for a page that must stay small: deflated (RFC 1950) and in base64, which every
// browser of today unpacks by itself.
#pragma once

#include <string>
#include <string_view>

namespace twinline::reports {

std::string base64(std::string_view octets);
std::string packed(std::string_view text);

}  // namespace twinline::reports
