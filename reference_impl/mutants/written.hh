// What the file of a phone says of a parameter, for mutants that take what a phone leaves out.
#pragma once

#include "reference_impl/config/phone_config.hh"

#include <optional>
#include <string>
#include <string_view>

namespace twinline::mutants {

// The last value of `account.INDEX.PARAMETER`; none where it is not set.
std::optional<std::string> written(const config::PhoneConfig& config, unsigned account,
                                   std::string_view parameter);

}  // namespace twinline::mutants
