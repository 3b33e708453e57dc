// All lines of the name count.
#include "reference_impl/wire/option_tags.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::wire {

namespace {

bool names_tag(std::string_view value, std::string_view tag) {
    while (!value.empty()) {
        const auto comma = std::min(value.find(','), value.size());
        if (equal_ignoring_case(trim(value.substr(0, comma)), tag)) return true;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return false;
}

}  // namespace

bool has_option(const SipMessage& message, std::string_view header, std::string_view tag) {
    return std::ranges::any_of(message.other, [&](const Header& line) {
        return equal_ignoring_case(line.name, header) && names_tag(line.value, tag);
    });
}

}  // namespace twinline::wire
