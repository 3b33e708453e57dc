// Identifiers are narrow on purpose: they become file names, words of a selection and columns of a
// report.
#include "rig/scenario/file_checks.hh"

#include "rig/scenario/units.hh"

#include <algorithm>

namespace twinline::scenario {

void check_path(const Map& map, const std::string& id, const std::filesystem::path& file,
                std::string_view folder) {
    if (id.empty()) return;
    std::string path = file.generic_string();
    std::string marker = "/" + std::string(folder) + "/";
    std::size_t at = ("/" + path).rfind(marker);
    if (at == std::string::npos) return;
    std::string rest = path.substr(at + marker.size() - 1);
    if (rest == id + ".yaml") return;
    map.faults().add(*map.find("id"), "id \"" + id + "\" does not match the file " + rest +
                                          "; allowed is the path below " + std::string(folder) +
                                          " without .yaml");
}

bool is_name(std::string_view text) {
    if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_dotted_address(std::string_view text) {
    for (int part = 0; part < 4; ++part) {
        std::size_t dot = part < 3 ? text.find('.') : text.size();
        if (dot == text.npos || dot > 3 || !parse_number(text.substr(0, dot), 0, 255)) return false;
        text.remove_prefix(std::min(text.size(), dot + 1));
    }
    return text.empty();
}

}  // namespace twinline::scenario
