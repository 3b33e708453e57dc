// All that each vendor's reader knows, one table a vendor.
#pragma once

#include "reference_impl/config/aastra_parameters.hh"
#include "reference_impl/config/parameter.hh"
#include "reference_impl/config/yealink_models.hh"

#include <vector>

namespace twinline::config {

std::vector<Parameter> generic_parameters();
std::vector<Parameter> yealink_parameters(const YealinkPhone& phone);
std::vector<Parameter> audiocodes_parameters();

}  // namespace twinline::config
