// What a reader sees of a page: HTML without its tags, line by line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

// Without empty lines; text that is no HTML as it is. What stands in a script or a style is nothing
// that is seen; a tag ends a line.
std::vector<std::string> lines_of_page(std::string_view page);

}  // namespace twinline::testbed
