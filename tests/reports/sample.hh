// A made-up failover that the tests of the reports tell: the registrar goes silent, the device
// gives up late.
#pragma once

#include "rig/judge/assessment.hh"

#include <string>

namespace twinline::reports::sample {

judge::Assessment passed();
judge::Assessment failed();  // a fail, a deviation, an inconclusive and an ok finding
judge::Assessment inconclusive();
judge::Assessment not_applicable();
judge::Assessment broken();

// What a hostile phone may put in a header.
extern const std::string hostile;

}  // namespace twinline::reports::sample
