// Leaves that the SIP reader, the printer and the digest share: ASCII case, and quoted strings of
// RFC 3261 section 25.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::wire {

bool equal_ignoring_case(std::string_view left, std::string_view right);
std::string lower_case(std::string_view text);
std::string_view trim(std::string_view text);  // spaces, tabs and line ends

std::string quote(std::string_view text);         // escapes quotes and backslashes
std::string unquote(std::string_view text);       // undoes quote(); what is not quoted stays
std::string_view strip_quotes(std::string_view);  // RFC 7616's unq(): escapes inside stay

// The user part of a sip: or sips: URI; empty when it has none.
std::string_view user_of(std::string_view uri);

// Digits only and in range: no sign, no space, no hexadecimal.
std::optional<std::uint32_t> parse_number(std::string_view text);

}  // namespace twinline::wire
