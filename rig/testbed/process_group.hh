// A server of several processes that dies at one stroke, as others see it: nobody finds it half
// dead.
#pragma once

#include <sys/types.h>

namespace twinline::testbed {

// SIGKILL to every process of the group, after what they listen at was shut; to the one with the
// most open files, which in a server owns its connections, once the others are gone. For what
// listens is open until the last that inherited it is gone, and a client whose connection ends
// before would be let in by the dead. The group's leader is left for its owner to wait for.
void kill_group_in_order(pid_t group);

}  // namespace twinline::testbed
