// The kinds of events and their fields that a pattern may name (probes/timeline/event.hh lists
// them): a name that no event ever carries would make an expectation that nothing can break.
#pragma once

#include <string_view>
#include <vector>

namespace twinline::scenario {

std::vector<std::string_view> kinds();
// The fields of one kind, or of every kind when it is empty.
std::vector<std::string_view> fields_of(std::string_view kind);
// Kinds whose fields are open, because their keys depend on what they describe.
bool has_open_fields(std::string_view kind);

const std::vector<std::string_view>& sip_methods();
const std::vector<std::string_view>& dns_types();

}  // namespace twinline::scenario
