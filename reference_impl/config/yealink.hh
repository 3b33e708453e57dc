// Yealink's configuration files, as its guide on server redundancy describes them for firmware 80
// and 81.
#pragma once

#include "reference_impl/config/loader.hh"

#include <string_view>

namespace twinline::config {

Loaded load_yealink(std::string_view file_name, std::string_view text, const Options& options);

}  // namespace twinline::config
