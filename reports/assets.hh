// The style sheet and the script of the report, compiled in from reports/assets.
#pragma once

#include <string_view>

namespace twinline::reports {

std::string_view style_sheet();
std::string_view script();

}  // namespace twinline::reports
