// A phone that lost its power, or was booted anew, while the capture went on: what it did before
// and after are two stories, for it has forgotten all that it knew.
#pragma once

#include "rig/field/parties.hh"

#include <vector>

namespace twinline::field {

struct Restart {
    timeline::Instant at{};  // the first that is seen of the phone afterwards
    std::optional<std::uint64_t> frame{};
    // It also had no reason to register then, and asked for names that it knew.
    bool is_sure = false;
};

// Where it registers with a Call-ID, a tag and no credentials as if for the first time, after a
// pause, and nothing of before is ever heard again.
std::vector<Restart> restarts_of(const Phone& phone);

// One phone more than there are restarts; each but the last is over with the last that is seen of
// it.
std::vector<Phone> lives_of(const Phone& phone, const std::vector<Restart>& restarts);

}  // namespace twinline::field
