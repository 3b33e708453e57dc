// The first process of a lab: in new user, network, mount and process namespaces, with what every
// lab needs in place.
#pragma once

#include <functional>
#include <sys/types.h>

namespace twinline::testbed {

inline constexpr const char* lab_marker =
    "TWINLINE_LAB";  // set in the environment of everything inside

// 0 in a child inside, set up, which dies with this process; in the parent its pid, once it is set
// up. Throws Unavailable in the parent. Expects the signals that the caller waits for to be blocked
// already. `before` is called in the parent with that pid before anything is set up inside.
pid_t start_inside(const std::function<void(pid_t)>& before = {});

}  // namespace twinline::testbed
