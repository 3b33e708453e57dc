// Sends a configuration to the reader of its vendor's syntax.
#include "reference_impl/config/loader.hh"

#include "reference_impl/config/aastra.hh"
#include "reference_impl/config/audiocodes.hh"
#include "reference_impl/config/generic.hh"
#include "reference_impl/config/yealink.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace twinline::config {

namespace {

struct VendorSyntax {
    Vendor vendor;
    std::string_view name;
    Loaded (*load)(std::string_view file_name, std::string_view text, const Options& options);
};

// The generic profile is the same on every phone.
Loaded load_any_generic(std::string_view file_name, std::string_view text, const Options&) {
    return load_generic(file_name, text);
}

constexpr std::array syntaxes{VendorSyntax{Vendor::generic, "generic", load_any_generic},
                              VendorSyntax{Vendor::yealink, "yealink", load_yealink},
                              VendorSyntax{Vendor::aastra, "aastra", load_aastra},
                              VendorSyntax{Vendor::audiocodes, "audiocodes", load_audiocodes}};

}  // namespace

std::string Notice::to_string() const {
    return line == 0 ? fmt::format("{}: {}", file, text)
                     : fmt::format("{}:{}: {}", file, line, text);
}

Loaded load(Vendor vendor, std::string_view file_name, std::string_view text,
            const Options& options) {
    const auto* const syntax = std::ranges::find(syntaxes, vendor, &VendorSyntax::vendor);
    auto loaded = syntax->load(file_name, text, options);
    loaded.config.text = text;
    return loaded;
}

std::vector<std::string_view> vendor_names() {
    std::vector<std::string_view> names;
    for (const auto& syntax : syntaxes) names.push_back(syntax.name);
    return names;
}

bool parse_vendor(std::string_view name, Vendor& vendor) {
    const auto* const syntax = std::ranges::find(syntaxes, name, &VendorSyntax::name);
    if (syntax == syntaxes.end()) return false;
    vendor = syntax->vendor;
    return true;
}

}  // namespace twinline::config
