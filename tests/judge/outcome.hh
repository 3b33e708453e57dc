// One expectation against one tale: what the tests of the forms share.
#pragma once

#include "tests/judge/tale.hh"

#include <gtest/gtest.h>

namespace twinline::test {

inline constexpr Duration uncertainty = 5ms;

inline judge::Outcome outcome_of(const scenario::Expectation& expectation, const Tale& tale,
                                 std::map<std::string, std::string, std::less<>> readings = {}) {
    const auto scenario = scenario_of({expectation});
    const auto observed = timeline_of({tale});
    const auto known = clauses();
    const judge::Evidence evidence{.scenario = scenario,
                                   .clauses = known,
                                   .device = "",
                                   .observed = observed,
                                   .expected_device = observed,
                                   .expected_twin = &observed,
                                   .readings = std::move(readings)};
    const judge::Story story(scenario, observed, "device");
    auto outcomes = judge::check_expectations(evidence, story, uncertainty);
    if (outcomes.empty()) return {};
    return outcomes.front();
}

inline bool holds(const scenario::Expectation& e, const Tale& tale) {
    return outcome_of(e, tale).holds;
}
inline bool broken(const scenario::Expectation& e, const Tale& tale) {
    const auto outcome = outcome_of(e, tale);
    return !outcome.holds && !outcome.not_reached;
}
inline bool not_reached(const scenario::Expectation& e, const Tale& tale) {
    const auto outcome = outcome_of(e, tale);
    EXPECT_FALSE(outcome.holds && outcome.not_reached);
    return outcome.not_reached;
}

inline scenario::Expectation form(scenario::ExpectationForm form) {
    scenario::Expectation e;
    e.form = form;
    e.clause = "MUST-1";
    e.says = "so it is";
    return e;
}

}  // namespace twinline::test
