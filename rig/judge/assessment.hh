// What the judge says of one scenario on one device: a verdict and the findings that led to it.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/catalogue.hh"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::judge {

// TTCN-3 (ES 201 873-1 24.1), in the order in which the worse one wins; not applicable stands
// beside them.
enum class Verdict { none, pass, inconc, fail, error, not_applicable };

std::string_view to_string(Verdict verdict);
bool parse(std::string_view text, Verdict& verdict);
Verdict worse(Verdict a, Verdict b);

// Whose voice a finding is: an expectation of the scenario, the comparison with the reference in
// virtual time, the live twin as control, or the proof that a stimulus took effect.
enum class Voice { expectation, shadow, control, proof };

std::string_view to_string(Voice voice);

// How much a finding weighs. `deviation` is a breach of a should: printed, and a fail only with
// --strict.
enum class Weight { ok, observation, deviation, fail, inconc, error };

std::string_view to_string(Weight weight);

struct Finding {
    std::string clause;  // may be empty for control and proof
    scenario::Level level = scenario::Level::must;
    Voice voice = Voice::expectation;
    Weight weight = Weight::ok;
    std::string text;                   // a sentence that a phone engineer understands
    std::vector<std::uint64_t> events;  // ids in the observed timeline
    std::vector<std::uint64_t> frames;  // in the capture
};

struct Proof {
    std::string fault;  // "silence"
    std::string host;
    std::string subject;
    bool holds = false;
    std::string text;
    std::vector<std::uint64_t> frames;
};

struct Control {
    bool healthy = false;
    std::string text;
};

// By question, the answers that are possible; every one of them explains the same. A question that
// is not there was not asked.
using Case = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

struct Assessment {
    std::string scenario;
    std::string title;
    std::string device;
    Verdict verdict = Verdict::none;
    std::string reason;             // one sentence: why this verdict
    std::vector<Finding> findings;  // every expectation has one, ok or not
    Control control;
    std::vector<Proof> proofs;
    std::map<std::string, std::string, std::less<>> readings;
    // Under which answers this verdict stands, the defaults first; and the cases that explain the
    // device worse, or not at all.
    std::vector<Case> explanations{};
    std::vector<Case> excluded{};
    bool all_explanations = true;  // false: there are more cases than were tried
    std::string started;           // ISO 8601, UTC
    double duration_ms = 0;
};

}  // namespace twinline::judge
