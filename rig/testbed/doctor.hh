// What this machine can do of what the lab needs, each with the remedy: `twinline doctor`.
#pragma once

#include <string>
#include <vector>

namespace twinline::testbed {

struct Check {
    std::string check;  // "user namespaces"
    bool ok = false;
    std::string found;   // "kamailio 5.6.3"
    std::string remedy;  // empty when ok
};

// Call it outside the lab's namespaces; it enters them in a child of its own to try.
std::vector<Check> doctor();

}  // namespace twinline::testbed
