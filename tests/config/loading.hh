// Loads a configuration from text, and shows its notices as a user reads them.
#pragma once

#include "reference_impl/config/loader.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

inline Loaded generic(std::string_view text) { return load(Vendor::generic, "phone.cfg", text); }

inline Loaded yealink(std::string_view text, const Options& options = {}) {
    return load(Vendor::yealink, "phone.cfg", text, options);
}

inline std::vector<std::string> lines(const std::vector<Notice>& notices) {
    std::vector<std::string> result;
    for (const auto& notice : notices) result.push_back(notice.to_string());
    return result;
}

// What a line is refused with, in a file that is right otherwise.
inline std::vector<std::string> errors_of(const std::string& line) {
    return lines(generic("account.1.user = 1001\naccount.1.registrar = pbx.test\n" + line).errors);
}

}  // namespace twinline::config
