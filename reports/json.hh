// An assessment as JSON and back: what assessment.json, results.jsonl and --json hold
// (schema/assessment.schema.json).
#pragma once

#include "rig/judge/assessment.hh"

#include <tl/expected.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::reports {

// One try of a scenario. A retry never hides the first result, so the combined assessment lists
// them all.
struct Attempt {
    unsigned number = 1;
    judge::Verdict verdict = judge::Verdict::none;
    std::string reason;
};

struct StoredAssessment {
    judge::Assessment assessment;
    std::vector<Attempt> attempts;
};

enum class Layout { line, pretty };

// Never throws on hostile text: octets that are not UTF-8 become U+FFFD.
std::string to_json(const StoredAssessment& stored, Layout layout);
std::string to_json(const judge::Assessment& assessment, Layout layout);
// The array that `twinline run --json` and its like print.
std::string to_json(std::span<const StoredAssessment> stored);

// The error says where in the document what was wrong.
tl::expected<StoredAssessment, std::string> assessment_from_json(std::string_view text);

}  // namespace twinline::reports
