// Reads a configuration in a vendor's own syntax. The whole file is checked before giving up: every
// fault and every warning comes back with file, line, parameter, value and what is permitted.
#pragma once

#include "reference_impl/config/phone_config.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

struct Notice {
    std::string file;
    unsigned line = 0;  // 0: the file as a whole
    std::string text;   // "account.1.port = 70000: permitted is an integer from 0 to 65535"

    std::string to_string() const;  // "FILE:LINE: text"
};

struct Loaded {
    PhoneConfig config;
    std::vector<Notice> errors;        // not empty: config must not be used
    std::vector<Notice> warnings;      // near misses, clamps
    std::vector<std::string> ignored;  // parameters that the reference does not model
};

// What a file does not say of the phone that it is for, though its meaning depends on it.
struct Options {
    std::string model;      // "SIP-T46G"; empty: the one that the vendor's document shows
    unsigned firmware = 0;  // 81; 0 likewise
};

Loaded load(Vendor vendor, std::string_view file_name, std::string_view text,
            const Options& options = {});

std::vector<std::string_view> vendor_names();
// "generic", "yealink" ... -> Vendor; false when unknown.
bool parse_vendor(std::string_view name, Vendor& vendor);

}  // namespace twinline::config
