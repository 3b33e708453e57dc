// A field failure as a regression: the surroundings that a phone met, as a scenario of its own,
// with the divergence as what is expected of every phone, by its clause.
#pragma once

#include "rig/field/explain.hh"

#include <string>
#include <vector>

namespace twinline::field {

// What a scenario puts a phone through.
struct Extent {
    std::size_t stimuli = 0;  // steps of its timeline but for the end
    std::size_t faults = 0;   // of these
    std::size_t records = 0;  // of its zones
    std::size_t hosts = 0, accounts = 0, parameters = 0;
    timeline::Duration lasts{};
};

struct Reproduction {
    std::string scenario;  // as files
    std::string topology;
    std::string mutant{};  // that breaks it; empty: none is known, the capture does
    std::string expected;  // in a sentence
    Extent found, left;    // as the capture shows it, and minimised
    std::size_t plays = 0;
    bool is_least = true;  // false: the search was ended before no single thing could be spared
    std::vector<std::string> notes{};
};

enum class Names { kept, replaced };

struct ReproductionWanted {
    std::string name;  // of the scenario: its id is VENDOR/field/NAME
    Names names = Names::kept;
    Budget budget{6000, 6'000'000};  // for each phone that has the defect
};

// No scenario can be made of it, and why.
struct CannotReproduce : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Of an explanation with a divergence whose clause is known. Throws CannotReproduce.
Reproduction reproduce(const Explanation& told, const scenario::Catalogue& catalogue,
                       const ReproductionWanted& wanted);

}  // namespace twinline::field
