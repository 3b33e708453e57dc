// Where the installed or built command finds its fixtures.
#pragma once

#include <filesystem>

namespace twinline::cli {

// $TWINLINE_FIXTURES, or share/twinline/fixtures beside an installed command, or fixtures in a
// folder above a built one. Throws testbed::Unavailable with the remedy when there are none.
std::filesystem::path fixtures_folder();

}  // namespace twinline::cli
