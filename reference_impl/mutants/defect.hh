// What is wrong with a phone: rules set wrong inside it, parameters and open questions taken
// otherwise than it should, or its messages tampered with on their way.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/output.hh"
#include "reference_impl/phone/rules.hh"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace twinline::mutants {

// What becomes of a message.
struct Fate {
    unsigned copies = 1;    // 0: it is lost
    wire::Duration late{};  // how long it is kept back
};
inline constexpr Fate passes{};
inline constexpr Fate lost{0, {}};
inline constexpr Fate twice{2, {}};
inline Fate kept_back(wire::Duration late) { return {1, late}; }

// What one phone's tampering remembers from message to message.
struct Memory {
    wire::Instant now = {};
    wire::Endpoint remote = {};  // of the message at hand; a datagram goes where this is changed to
    std::map<std::string, unsigned, std::less<>> counts;
    std::map<std::string, std::string, std::less<>> notes;
};

using Sent = std::function<Fate(phone::Output&, Memory&)>;
using Heard = std::function<Fate(phone::Input&, Memory&)>;

struct Defect {
    phone::Rules rules{};
    void (*setting)(config::PhoneConfig&) = nullptr;  // after its file is read
    std::map<std::string, std::string, std::less<>> readings{};
    // Answers that hang on the configuration: a question answered two ways.
    std::map<std::string, std::string, std::less<>> (*fickle)(const config::PhoneConfig&) = nullptr;
    std::vector<Sent> sent{};    // each on what the one before it left
    std::vector<Heard> heard{};  // likewise
};

}  // namespace twinline::mutants
