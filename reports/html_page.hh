// What every page of Twinline has in common: the head with its policy, and the end with the script.
#pragma once

#include <string>
#include <string_view>

namespace twinline::reports {

// Up to and including <body>.
std::string page_head(std::string_view title);
std::string page_end();

// The opening of a table that scrolls by itself on a narrow screen, and its end. `head` is markup.
std::string table_head(std::string_view name, std::string_view css_class, std::string_view head);
std::string table_end();

}  // namespace twinline::reports
