// Checks files of a user's: what each is, is told by what it holds.
#pragma once

#include "rig/scenario/catalogue.hh"

#include <filesystem>
#include <string>
#include <vector>

namespace twinline::cli {

// Every fault of these files, or of the whole fixtures folder when none is named.
std::vector<scenario::Fault> lint_files(const std::filesystem::path& fixtures,
                                        const std::vector<std::string>& files);

}  // namespace twinline::cli
