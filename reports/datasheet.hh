// The behavioural datasheet: how a device behaves where the documents leave it free, for a page,
// a terminal and a script.
#pragma once

#include "rig/judge/datasheet.hh"

#include <cstddef>
#include <string>

namespace twinline::reports {

// A section of the report; empty when nothing is known.
std::string datasheet_section(const judge::Datasheet& sheet);

std::string datasheet_text(const judge::Datasheet& sheet, std::size_t width);

// {questions: [{id, question, answers: [...], decided, ruled_out: {ANSWER: [SCENARIO...]}}],
//  conflict: {scenarios, questions} | null, complete, measured: [{clause, level, as_described, text,
//  scenario, frames}]}
std::string datasheet_json(const judge::Datasheet& sheet);

// "the device answers retry-count-meaning in two ways: A against B"; empty without a conflict.
std::string conflict_sentence(const judge::Consistency& consistency);

}  // namespace twinline::reports
