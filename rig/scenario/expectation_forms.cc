// The table of forms; one line here is what a new form needs beside its reader.
#include "rig/scenario/expectation_forms.hh"

#include <algorithm>

namespace twinline::scenario {

const std::vector<Form>& forms() {
    static const std::vector<Form> table{
        {"see", ExpectationForm::see, {"after", "within"}},
        {"never", ExpectationForm::never, {"after", "until"}},
        {"count", ExpectationForm::count, {"at_least", "at_most", "after", "until"}},
        {"schedule", ExpectationForm::schedule, {"at", "tolerance"}},
        {"differ", ExpectationForm::differ, {"of"}},
        {"equal", ExpectationForm::equal, {"of"}},
        {"rises", ExpectationForm::rises, {"of", "by"}},
        {"unique", ExpectationForm::unique, {}},
    };
    return table;
}

Words expectation_keys() {
    Words keys{"clause", "says", "when"};
    for (const Form& form : forms()) {
        keys.push_back(form.key);
        for (std::string_view key : form.keys) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
    }
    return keys;
}

}  // namespace twinline::scenario
