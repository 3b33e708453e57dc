// Everything that came over the wire is hostile to whoever prints it: these functions make it
// harmless for a terminal, for XML and for HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace twinline::reports {

// Valid UTF-8 of one line, without control characters, directional overrides and non-characters:
// each such thing, and each octet that is no UTF-8, becomes U+FFFD. Line breaks and tabs become
// spaces.
std::string plain(std::string_view hostile);

// The same, but line breaks and tabs stay: for configurations.
std::string plain_lines(std::string_view hostile);

// Escapes the five characters that XML and HTML know, for text and for quoted attributes alike.
// Does not do what plain does; `markup` does both.
std::string escape(std::string_view text);
std::string markup(std::string_view hostile);
std::string markup_lines(std::string_view hostile);

// A relative path as the value of href: every octet that could begin a scheme or end the path is
// percent-encoded.
std::string link(std::string_view path);

// What a terminal needs to print it, taking every code point as one column.
std::size_t columns(std::string_view utf8);
// At most that many columns, the last one an ellipsis when something was cut.
std::string shorten(std::string_view utf8, std::size_t columns);

}  // namespace twinline::reports
