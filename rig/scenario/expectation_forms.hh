// The forms of expectations and the keys that may stand beside each.
#pragma once

#include "rig/scenario/yaml_reader.hh"

namespace twinline::scenario {

struct Form {
    std::string_view key;
    ExpectationForm form;
    Words keys;
};

const std::vector<Form>& forms();

// The keys of all forms, and those that every expectation has.
Words expectation_keys();

}  // namespace twinline::scenario
