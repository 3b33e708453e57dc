// What an explanation is worth over the whole library of broken phones and the whole catalogue: how
// many are named by the clause that they break, and that none is named by another, and no phone
// that conforms by any. A sample; all of them with --tier all.
#include "reference_impl/mutants/mutants.hh"
#include "rig/assess/assess.hh"
#include "rig/assess/kill_matrix.hh"
#include "rig/field/told.hh"

#include "virtual_capture.hh"
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

namespace twinline::test {
namespace {

constexpr std::uint64_t capture_seed = 77;

std::size_t one_in(std::size_t sample) { return is_whole() ? 1 : sample; }

// The first scenario, by its id, in which the phone is caught by its clause.
const scenario::Scenario* that_shows(const mutants::Mutant& mutant) {
    for (const auto* scenario : assess::scenarios_of(catalogue(), mutant.clause)) {
        const auto judged = assess::simulate(*scenario, catalogue(), &mutant.defect, "device",
                                             judge::Strictness::strict, 1);
        const auto& findings = judged.assessment.findings;
        if (std::ranges::any_of(findings, [&](const judge::Finding& finding) {
                return finding.clause == mutant.clause &&
                       finding.weight > judge::Weight::observation;
            }))
            return scenario;
    }
    return nullptr;
}

// Each lasts longer than any transaction may, and breaks the RFC's clause with its vendor's.
bool breaks_too(std::string_view mutant, std::string_view clause) {
    return (mutant == "has-endless-patience-behind-a-proxy" && clause == "RFC-3261-F") ||
           (mutant == "retries-an-invite-twice-as-often" && clause == "RFC-3261-B");
}

// "named", "among several", "diverges", "conforms" or "not judged", of the first that tells most.
std::string outcome_of(const mutants::Mutant& mutant, const scenario::Scenario& scenario) {
    const auto all = explained(capture_of(scenario, mutant.defect, capture_seed), scenario);
    for (const auto& told : all) {
        if (!told.divergence) continue;
        const auto& divergence = *told.divergence;
        // The RFC's rule, told by the clause of the vendor that takes it up.
        const bool is_the_vendors =
            mutant.clause.starts_with("RFC-") && !divergence.clause.starts_with("RFC-") &&
            std::ranges::find(divergence.candidates, mutant.clause) != divergence.candidates.end();
        EXPECT_TRUE(divergence.clause.empty() || divergence.clause == mutant.clause ||
                    is_the_vendors || breaks_too(mutant.id, divergence.clause))
            << mutant.id << " breaks " << mutant.clause << ", told in " << scenario.id << ":\n"
            << field::as_text(told);
        if (divergence.clause == mutant.clause) return "named";
        const auto& several = divergence.candidates;
        return std::ranges::find(several, mutant.clause) != several.end() ? "among several"
                                                                          : "diverges";
    }
    return all.empty() || all.front().outcome == field::Outcome::unjudged ? "not judged"
                                                                          : "conforms";
}

TEST(TheLibrary, IsNeverNamedByAWrongClause) {
    const auto stride = one_in(41);
    std::map<std::string, unsigned> counted;
    for (std::size_t i = stride / 2; i < mutants::all().size(); i += stride) {
        const auto& mutant = mutants::all()[i];
        if (mutant.defect.fickle != nullptr) continue;
        const auto* scenario = that_shows(mutant);
        if (scenario == nullptr) continue;
        const auto outcome = outcome_of(mutant, *scenario);
        ++counted[outcome];
        if (stride == 1)
            std::cout << outcome << ": " << mutant.id << ", " << mutant.clause << ", in "
                      << scenario->id << std::endl;
    }
    for (const auto& [outcome, count] : counted) std::cout << count << ' ' << outcome << '\n';
    EXPECT_GT(counted["named"], 0U);
}

TEST(TheCatalogue, BlamesNoPhoneThatConforms) {
    const auto stride = one_in(60);
    std::map<std::string, unsigned> counted;
    std::size_t i = stride / 2;
    for (const auto& [id, scenario] : catalogue().scenarios) {
        if (i++ % stride != 0) continue;
        for (const auto& told : explained(capture_of(scenario, {}, capture_seed), scenario)) {
            EXPECT_TRUE(!told.divergence || told.divergence->clause.empty())
                << id << ":\n"
                << field::as_text(told);
            if (told.phone.lines.empty()) continue;  // one of the rig's probes
            ++counted[std::string(to_string(told.outcome))];
            if (stride == 1 && told.outcome != field::Outcome::conforms)
                std::cout << to_string(told.outcome) << ": " << id << ": " << told.reason
                          << std::endl;
        }
    }
    for (const auto& [outcome, count] : counted) std::cout << count << ' ' << outcome << '\n';
    EXPECT_GT(counted["conforms"], 0U);
}

}  // namespace
}  // namespace twinline::test
