// What changed since an earlier run: the first thing that is read in the morning.
#pragma once

#include "rig/judge/by_clause.hh"

#include <span>
#include <string>
#include <vector>

namespace twinline::reports {

// A run that went before: of each scenario the worst of its attempts.
struct EarlierRun {
    std::string device, firmware, started;
    std::vector<judge::Assessment> assessments;
};

struct ScenarioChange {
    std::string scenario;
    judge::Verdict before = judge::Verdict::none;
    judge::Verdict now = judge::Verdict::none;
    bool is_worse = false;
    bool is_unsteady = false;  // from pass to fail or back, and nothing of the device is known to
                               // have changed
};

struct ClauseChange {
    std::string clause;
    judge::Weight before = judge::Weight::ok;
    judge::Weight now = judge::Weight::ok;
    bool is_worse = false;
    std::vector<std::string> scenarios;  // that show the worse of the two
};

struct Comparison {
    std::string with;                       // "the run of 2026-11-20T21:00:00Z with firmware 86"
    std::vector<ScenarioChange> scenarios;  // the worse first
    std::vector<ClauseChange> clauses;      // the worse first
    std::vector<std::string> fresh;         // scenarios that were not played then
    std::vector<std::string> gone;          // that were, and are not now
    std::size_t same = 0;
};

// `assessments` has all attempts of all repeats. What was not played, then or now, is no change.
Comparison compare(std::span<const judge::Assessment> assessments, const std::string& firmware,
                   const EarlierRun& earlier);

// A scenario whose attempts or repeats in this one run said different things.
struct Unsteady {
    std::string scenario;
    std::vector<judge::Verdict> verdicts;
};

std::vector<Unsteady> unsteady(std::span<const judge::Assessment> assessments);

// "a/b" of "a/b[repeat=2]".
std::string without_repeat(const std::string& scenario);

}  // namespace twinline::reports
