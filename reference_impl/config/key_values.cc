// The syntax that vendors share, with a sign of their own: a line is `key = value`, a comment or
// empty.
#include "reference_impl/config/assignments.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::config {

std::vector<Assignment> read_key_values(std::string_view file, std::string_view text,
                                        std::vector<Notice>& errors, char sign) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    std::vector<Assignment> assignments;
    for (unsigned number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = wire::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#') continue;

        const auto equals = line.find(sign);
        const auto key = wire::trim(line.substr(0, equals));
        if (equals == std::string_view::npos || key.empty()) {
            // The line is not repeated: it may hold a password.
            const auto form =
                sign == '=' ? std::string("key = value") : "key" + (sign + std::string(" value"));
            errors.push_back(
                {std::string(file), number,
                 "not an assignment: permitted is " + form + ", # comment or nothing"});
            continue;
        }
        const auto value = wire::trim(line.substr(equals + 1));
        assignments.push_back({number, std::string(key), std::string(value)});
    }
    return assignments;
}

}  // namespace twinline::config
