// Plain replacement without conditions or loops: what a device needs beyond that is a placeholder
// with a name.
#include "rig/testbed/render.hh"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace twinline::testbed {
namespace {

constexpr std::string_view opening = "{{", closing = "}}";

[[noreturn]] void refuse(std::string_view what, std::string_view text, std::size_t at,
                         const std::string& why) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw std::invalid_argument(fmt::format("{}:{}: {}", what, line + 1, why));
}

std::string names_of(const Values& values) {
    std::string names;
    for (const auto& [name, value] : values) names += (names.empty() ? "" : ", ") + name;
    return names;
}

}  // namespace

std::string render(std::string_view what, std::string_view text, const Values& values) {
    std::string made;
    std::size_t done = 0;
    for (std::size_t at = 0; (at = text.find(opening, done)) != std::string_view::npos;) {
        made += text.substr(done, at - done);
        const auto end = text.find(closing, at);
        if (end == std::string_view::npos) refuse(what, text, at, "{{ without }}");
        const auto name = text.substr(at + opening.size(), end - at - opening.size());
        const auto value = values.find(name);
        if (value == values.end()) {
            refuse(what, text, at,
                   fmt::format("unknown placeholder {{{{{}}}}}; known are {}", name,
                               names_of(values)));
        }
        made += value->second;
        done = end + closing.size();
    }
    made += text.substr(done);
    return made;
}

}  // namespace twinline::testbed
