// Finds the parameter that somebody meant who wrote another name: a customer's file has hundreds of
// parameters that the reference does not know, and one misspelt among them must not go unseen.
#pragma once

#include "reference_impl/config/parameter.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

// The documented name of the table's parameter that `key` differs from by a letter or two, or by
// case; empty when there is none.
std::string near_miss(const std::vector<Parameter>& table, std::string_view key);

}  // namespace twinline::config
