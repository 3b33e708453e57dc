// The phones of Yealink's guide: which parameters count, and how many accounts there are, depends
// on the model and its firmware (clauses YL-GEN-01, YL-PAR-00 and YL-PAR-19).
#pragma once

#include "reference_impl/config/loader.hh"

#include <tl/expected.hpp>

#include <string>

namespace twinline::config {

struct YealinkPhone {
    std::string model;  // "SIP-T46G", as the guide writes it
    unsigned firmware = 81;
    unsigned accounts = 16;
    // Whether outbound proxies have the names of firmware 81; the T5x phones always had them.
    bool numbered_proxies = true;
    std::string common_file = {};  // of all phones of the model: "y000000000028.cfg"

    std::string name() const;  // "SIP-T46G with firmware 81"
};

// The model with or without "SIP", in any case; or what is wrong with the options.
tl::expected<YealinkPhone, std::string> yealink_phone(const Options& options);

}  // namespace twinline::config
