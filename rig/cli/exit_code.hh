// The exit codes that scripts rely on (documented in README.md): the worst verdict decides.
#pragma once

#include "rig/judge/consistency.hh"

#include <span>
#include <stdexcept>

namespace twinline::cli {

enum ExitCode : int {
    ok = 0,
    failed = 1,
    inconclusive = 2,  // also: nothing was exercised
    error = 3,
    usage = 64,  // also: a selection that matches nothing
    bad_input = 65,
    missing = 69,
    interrupted = 130,
};

// Deviations have been weighed already: with --strict they are fails.
inline int exit_code(std::span<const judge::Assessment> assessments) {
    auto worst = judge::Verdict::not_applicable;
    for (const auto& a : assessments) worst = judge::worse(worst, a.verdict);
    switch (worst) {
        case judge::Verdict::pass:
            return ok;
        case judge::Verdict::fail:
            return failed;
        case judge::Verdict::error:
            return error;
        case judge::Verdict::none:
        case judge::Verdict::inconc:
        case judge::Verdict::not_applicable:
            break;
    }
    return inconclusive;
}

// A device that answers an open question two ways conforms in no campaign.
inline int exit_code(std::span<const judge::Assessment> assessments,
                     const judge::Consistency& consistency) {
    const int code = exit_code(assessments);
    return consistency.conflict.empty() || code == error ? code : int{failed};
}

// Wrong words on the command line (exit code 64).
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace twinline::cli
