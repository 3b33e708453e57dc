// Between fork and exec: everything that makes a child of the rig a process of the lab. What fails
// there is reported to the parent as an exception, not as an exit code of the child.
#pragma once

#include "rig/testbed/netns.hh"

#include <array>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace twinline::testbed {

struct Launch {
    std::vector<std::string> argv;
    const Netns* netns = nullptr;
    std::filesystem::path directory;
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> binds;
    std::array<int, 3> streams{-1, -1,
                               -1};  // become 0, 1 and 2; every other descriptor stays behind
};

// The pid of a child that runs argv in its own process group, and dies with this process.
pid_t launch(const Launch& plan);

}  // namespace twinline::testbed
