// A phone's configuration in its vendor's syntax: whatever stands in the file, its faults are told
// with their lines, and what is accepted without one has accounts that can be used.
#include "reference_impl/config/loader.hh"
#include "tests/fuzz/targets.hh"

#include <algorithm>

namespace twinline::fuzz {

namespace {

void check(const std::vector<config::Notice>& notices, std::size_t lines) {
    for (const auto& notice : notices) {
        hold(notice.file == "phone.cfg" && notice.line <= lines, "a notice has its file and line");
        hold(!notice.text.empty(), "a notice says what is wrong");
    }
}

void load(config::Vendor vendor, std::string_view file) {
    const auto loaded = config::load(vendor, "phone.cfg", file);
    const auto lines = 1 + static_cast<std::size_t>(std::count(file.begin(), file.end(), '\n'));
    check(loaded.errors, lines);
    check(loaded.warnings, lines);
}

}  // namespace

void yealink(std::string_view file) { load(config::Vendor::yealink, file); }
void aastra(std::string_view file) { load(config::Vendor::aastra, file); }
void audiocodes(std::string_view file) { load(config::Vendor::audiocodes, file); }
void generic(std::string_view file) { load(config::Vendor::generic, file); }

}  // namespace twinline::fuzz
