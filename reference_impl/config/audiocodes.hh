// AudioCodes' files of the 400HD series: `voip/signalling/sip/proxy_port=65535` and the like
// (Administrator's Manual 100, LTRT-11950).
#pragma once

#include "reference_impl/config/loader.hh"

#include <string_view>

namespace twinline::config {

Loaded load_audiocodes(std::string_view file_name, std::string_view text, const Options& options);

}  // namespace twinline::config
