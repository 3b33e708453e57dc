// What `explain` and `reproduce` ask for alike: a capture of the field, the phone's configuration
// and the keys, and what the first says of them.
#pragma once

#include "rig/field/explain.hh"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace twinline::cli {

struct CaptureOptions {
    std::string capture, config, vendor, keys;
    unsigned firmware = 0;

    void add_to(CLI::App& command);
    std::string key_log() const;  // empty where none is given
    field::Wanted wanted() const;
};

struct Explained {
    field::Capture capture;
    std::vector<field::Explanation> phones;
};

// Throws scenario::BadInput when a file cannot be used.
Explained explained(const CaptureOptions& options, const scenario::Catalogue& catalogue,
                    const field::Wanted& wanted);

// Something of what was captured was judged: `ok`, if nothing speaks against it.
int exit_where_none_diverges(const std::vector<field::Explanation>& phones);

}  // namespace twinline::cli
