// One expectation, one form: each form has its own keys, and a key of another form is a fault,
// because it would be read as a condition that nobody checks.
#include "rig/scenario/expectation_loader.hh"

#include "rig/scenario/expectation_forms.hh"
#include "rig/scenario/pattern_loader.hh"
#include "rig/scenario/time_loader.hh"
#include "rig/scenario/vocabulary.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

class ExpectationLoader {
  public:
    ExpectationLoader(const YAML::Node& node, Faults& faults, const Scenario& scenario)
        : map_(node, faults, "an expectation", expectation_keys()), scenario_(scenario) {}

    Expectation load() {
        result_.place = map_.place();
        result_.clause = map_.text("clause");
        result_.says = map_.text("says");
        if (auto when = map_.find("when")) {
            for (const auto& [reading, value] : read_pairs(*when, map_.faults(), "when")) {
                if (value.IsSequence()) {
                    result_.when[reading] = read_texts(value, map_.faults(), reading);
                    if (value.size() == 0)
                        map_.faults().add(
                            value, reading + " has no value; allowed is at least one of its own");
                } else if (auto text = read_text(value, map_.faults(), reading)) {
                    result_.when[reading] = {*text};
                }
            }
        }
        if (const Form* form = find_form()) load_form(*form);
        return std::move(result_);
    }

  private:
    const Form* find_form() {
        const Form* found = nullptr;
        unsigned present = 0;
        std::string allowed;
        for (const Form& form : forms()) {
            allowed += (allowed.empty() ? "" : ", ") + std::string(form.key);
            if (!map_.has(form.key)) continue;
            found = &form;
            ++present;
        }
        if (present == 1) return found;
        if (map_.node().IsMap()) {
            map_.faults().add(map_.node(), "an expectation has " + std::to_string(present) +
                                               " forms; allowed is exactly one of " + allowed);
        }
        return nullptr;
    }

    void load_form(const Form& form) {
        result_.form = form.form;
        for (const Form& other : forms()) {
            for (std::string_view key : other.keys) refuse_foreign(form, key);
        }
        switch (form.form) {
            case ExpectationForm::see:
                load_see();
                break;
            case ExpectationForm::never:
                load_interval();
                break;
            case ExpectationForm::count:
                load_count();
                break;
            case ExpectationForm::schedule:
                load_schedule();
                break;
            case ExpectationForm::differ:
            case ExpectationForm::equal:
            case ExpectationForm::rises:
                load_comparison(form.key);
                break;
            case ExpectationForm::unique:
                load_fields(form.key);
                break;
        }
    }

    void refuse_foreign(const Form& form, std::string_view key) {
        bool own = std::find(form.keys.begin(), form.keys.end(), key) != form.keys.end();
        if (own || !map_.has(key) || std::exchange(refused_[std::string(key)], true)) return;
        std::string allowed = form.keys.empty() ? "none is allowed" : "allowed are";
        for (std::string_view name : form.keys) allowed += " " + std::string(name);
        map_.faults().add(*map_.find(key), "\"" + std::string(key) + "\" beside \"" +
                                               std::string(form.key) + "\"; " + allowed);
    }

    void load_see() {
        YAML::Node see = *map_.find("see");
        if (see.IsMap()) {
            result_.pattern =
                load_pattern(see, map_.faults(), scenario_.topology, PatternUse::event);
        } else {
            result_.event = map_.word("see", names_of(scenario_, {}));
        }
        result_.after = map_.word("after", names_of(scenario_, {"start", "power-on"}), "power-on");
        if (auto within = map_.find("within")) result_.within = load_window(*within, map_.faults());
    }

    void load_interval() {
        YAML::Node node = map_.has("never") ? *map_.find("never") : *map_.find("count");
        result_.pattern =
            load_pattern(node, map_.faults(), scenario_.topology, PatternUse::expectation);
        result_.after = map_.word("after", names_of(scenario_, {"start", "power-on"}), "power-on");
        result_.until = map_.word("until", names_of(scenario_, {"end"}), "end");
        if (result_.after == result_.until) {
            map_.faults().add(map_.node(), "after and until are both \"" + result_.after +
                                               "\"; allowed is a later until");
        }
    }

    void load_count() {
        load_interval();
        constexpr unsigned most = 1'000'000;
        result_.at_least = map_.number("at_least", 0, most);
        result_.at_most = map_.number("at_most", result_.at_least.value_or(0), most);
        if (!map_.has("at_least") && !map_.has("at_most")) {
            map_.faults().add(map_.node(),
                              "a count without bounds; allowed are at_least, at_most or both");
        }
    }

    void load_schedule() {
        result_.event = map_.word("schedule", names_of(scenario_, {}));
        const auto named = scenario_.events.find(result_.event);
        if (named != scenario_.events.end() && named->second.kind == "sip.response")
            map_.faults().add(*map_.find("schedule"),
                              "\"" + result_.event +
                                  "\" is a response; only a request has a schedule: see its sends "
                                  "one by one");
        result_.at = load_offsets(map_);
        Tolerance tolerance = load_tolerance(map_);
        result_.tolerance = tolerance.absolute;
        result_.tolerance_ratio = tolerance.ratio;
    }

    void load_fields(std::string_view key) {
        YAML::Node node = *map_.find(key);
        if (node.IsScalar()) {
            result_.fields = {map_.text(key)};
        } else {
            result_.fields = map_.texts(key);
        }
        if (node.IsSequence() && node.size() == 0) {
            map_.faults().add(node, std::string(key) + " is empty; allowed is at least one field");
        }
        for (const std::string& field : result_.fields) {
            if (!field.empty()) check_word(node, map_.faults(), "field", field, fields_of(""));
        }
    }

    void load_comparison(std::string_view key) {
        load_fields(key);
        std::optional<YAML::Node> of = map_.require("of");
        result_.of = map_.texts("of");
        for (const std::string& name : result_.of) {
            check_word(*of, map_.faults(), "event", name, names_of(scenario_, {}));
        }
        if (of && of->IsSequence() && of->size() < 2) {
            map_.faults().add(*of, "of names too few events; allowed are two or more");
        }
        result_.by = map_.number("by", 1, 1'000'000);
    }

    Map map_;
    const Scenario& scenario_;
    Expectation result_;
    std::map<std::string, bool> refused_;
};

}  // namespace

Expectation load_expectation(const YAML::Node& node, Faults& faults, const Scenario& scenario) {
    return ExpectationLoader(node, faults, scenario).load();
}

Words names_of(const Scenario& scenario, const Words& more) {
    Words names;
    for (const auto& [name, pattern] : scenario.events) names.push_back(name);
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

}  // namespace twinline::scenario
