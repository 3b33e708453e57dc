// The generic profile: the reference's own syntax, with the RFCs as its only document.
#pragma once

#include "reference_impl/config/loader.hh"

#include <string_view>

namespace twinline::config {

Loaded load_generic(std::string_view file_name, std::string_view text);

}  // namespace twinline::config
