// Which answers to the open questions explain a device, as a file of its own: a campaign joins
// these without judging its records again, and they are too many for assessment.json.
#pragma once

#include "rig/judge/assessment.hh"

#include <string>
#include <string_view>

namespace twinline::reports {

// {"explanations": [{QUESTION: [ANSWER...]}...], "excluded": [...], "all": true}
std::string explanations_json(const judge::Assessment& assessment);

// Puts them back into an assessment. False, and the assessment as it was, when the text is no such
// file.
bool read_explanations(std::string_view text, judge::Assessment& assessment);

}  // namespace twinline::reports
