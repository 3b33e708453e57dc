// Aastra's files, aastra.cfg and the phone's own: `key: value` lines (the administrator guides of
// the 57i, release 2.0, and of the 9000i, release 3.2.2).
#pragma once

#include "reference_impl/config/loader.hh"

#include <string_view>

namespace twinline::config {

// Of two lines for one parameter the later counts, so that the texts of several files are read one
// after the other as the phone reads them.
Loaded load_aastra(std::string_view file_name, std::string_view text, const Options& options);

}  // namespace twinline::config
