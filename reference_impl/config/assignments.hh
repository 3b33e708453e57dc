// From assignments, whatever syntax they were written in, to a draft: each value checked against
// the vendor's table of parameters, each fault and each near miss said with its line.
#pragma once

#include "reference_impl/config/loader.hh"
#include "reference_impl/config/parameter.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

struct Assignment {
    unsigned line = 0;
    std::string key;
    std::string value;  // empty: unset
};

// `key = value` lines, or those of another sign, with # comments; a byte order mark and CRLF are
// tolerated. Other lines become errors.
std::vector<Assignment> read_key_values(std::string_view file, std::string_view text,
                                        std::vector<Notice>& errors, char sign = '=');

// Of two assignments to one parameter the later counts, of an alias and the documented name the
// latter, and a warning names both.
Draft apply(const std::vector<Parameter>& table, std::string_view file,
            const std::vector<Assignment>& assignments, Loaded& loaded);

}  // namespace twinline::config
