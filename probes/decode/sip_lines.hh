// Where the lines of a SIP message are (RFC 3261 section 7.3.1): CRLF only, folds joined, names
// known by their long and compact forms, every octet one that a header may hold.
#pragma once

#include "probes/decode/sip_view.hh"

#include <tl/expected.hpp>

namespace twinline::decode {

enum class Folds { joined, none };

SipHeader header_of(std::string_view name);
std::string_view name_of(SipHeader header);  // long form; empty for `other`

// The end of the line that begins at `begin`, before its CRLF. Folds joined: a line that begins
// with white space continues it.
tl::expected<std::size_t, SipFault> find_line_end(std::string_view message, std::size_t begin,
                                                  Folds folds);

// Fills the header lines of `view` from `begin` and returns where the body begins.
tl::expected<std::size_t, SipFault> split_header(SipView& view, std::size_t begin);

}  // namespace twinline::decode
