// A run as JUnit XML, for the build servers that draw it.
#pragma once

#include "rig/judge/assessment.hh"

#include <span>
#include <string>
#include <string_view>

namespace twinline::reports {

// fail -> failure, error -> error; inconc, none and not applicable -> skipped with the reason;
// deviations and observations go to system-out. JUnit has no word for inconclusive: the exit code
// and the table do.
std::string junit(std::string_view suite, std::span<const judge::Assessment> assessments);

}  // namespace twinline::reports
