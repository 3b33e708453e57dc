// The table of Aastra's parameters, those of a line once more for all lines (AA-BPR-06).
#pragma once

#include "reference_impl/config/parameter.hh"

#include <vector>

namespace twinline::config {

inline constexpr unsigned aastra_line_count = 9;           // EXT-AA-PAR-01
inline constexpr std::string_view aastra_off = "0.0.0.0";  // a server that is none: EXT-AA-PAR-02

std::vector<Parameter> aastra_parameters();
// Configuration servers, which the redundancy pages presuppose and do not name (AA-CFG-04).
std::vector<Parameter> aastra_provisioning_parameters();
Provisioning aastra_provisioning(const AastraDraft& draft);

}  // namespace twinline::config
