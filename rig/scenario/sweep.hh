// A sweep makes several scenarios of one text: one for each value, or for each combination of the
// values of several names.
#pragma once

#include "rig/scenario/yaml_reader.hh"

#include <string>
#include <vector>

namespace twinline::scenario {

struct Variant {
    std::string suffix;  // "/count-6"; empty when the scenario has no sweep
    std::string text;    // line for line the author's, with the values put in
};

// The variants of `document`, whose key is `sweep: {count: [1, 6]}` and which holds ${count},
// ${count + 1} and the like where the values go. A parameter that the scenario's own configuration
// sets to a number can stand in place of count, with or without a sweep. In a variant's text the
// sweep has that one value left, so that a text that was stored is read as the same variant again.
std::vector<Variant> variants_of(Document& document);

}  // namespace twinline::scenario
