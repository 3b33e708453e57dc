// The configuration of a phone from the field: the customer's own file, or, where there is none,
// the parameters that fit what the capture shows.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "rig/field/environment.hh"
#include "rig/field/inferred.hh"

#include <filesystem>
#include <string>
#include <vector>

namespace twinline::field {

struct Settings {
    std::string vendor;  // "generic", "yealink" ...
    unsigned firmware = 0;
    std::string file;  // for messages
    std::string text;  // in the vendor's syntax
    config::PhoneConfig config;
    bool inferred = false;
    Parameters parameters;  // where it is
    std::vector<std::string> notes;
};

struct SettingsWanted {
    std::filesystem::path file;  // empty: none is given
    std::string vendor;          // empty: guessed
    unsigned firmware = 0;
};

// Throws scenario::BadInput when the file cannot be used.
Settings settings_of(const SettingsWanted& wanted, const Phone& phone, const Environment& met);

// An inferred configuration with these parameters instead; throws likewise.
Settings completed(Settings inferred, Parameters parameters);

// Whether a line of the phone is an account of the configuration that is given.
bool has_lines_of(const SettingsWanted& wanted, const Phone& phone);

// By the name that the phone gives itself, or by how a configuration is written; "generic" where
// neither tells.
std::string vendor_by_agent(std::string_view user_agent);
std::string vendor_by_syntax(std::string_view text);

}  // namespace twinline::field
