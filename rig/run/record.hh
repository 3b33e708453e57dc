// Completes a record after its session: everything a judgement needs besides what was seen, secrets
// replaced, hashed.
#pragma once

#include "rig/scenario/catalogue.hh"

#include <filesystem>

namespace twinline::run {

// Writes scenario, topology, device, configuration, clauses and readings into `folder`, then
// SHA256SUMS over all of it. Passwords of the topology's users become placeholders, the same one
// for the same password.
void complete_record(const std::filesystem::path& folder, const scenario::Scenario& scenario,
                     const scenario::Device& device, const scenario::Catalogue& catalogue);

}  // namespace twinline::run
