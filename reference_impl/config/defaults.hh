// A configuration that says everything: what a vendor's file leaves out stands in it with its
// default, so that a real phone keeps nothing of an earlier file.
#pragma once

#include "reference_impl/config/loader.hh"

#include <string>
#include <string_view>

namespace twinline::config {

// `text` with a line added for each parameter that it does not set. Where the phone's configuration
// comes from, and Aastra's lines, which take what they do not say from all lines, are left as they
// are.
std::string with_defaults(Vendor vendor, std::string_view text, const Options& options = {});

}  // namespace twinline::config
