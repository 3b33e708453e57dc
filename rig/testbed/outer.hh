// The way into the lab: a user, network, mount and process namespace of our own, without root, so
// that whatever happens to the rig the kernel takes every process, file and interface of the lab
// with it.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace twinline::testbed {

// What this machine does not permit or does not have, and what to do about it (exit code 69).
class Unavailable : public std::runtime_error {
  public:
    Unavailable(std::string found, std::string remedy);

    const std::string& found() const { return found_; }
    const std::string& remedy() const { return remedy_; }

  private:
    std::string found_, remedy_;
};

// Call it first in main, before any thread and any output. It returns in a child inside the
// namespaces; the calling process stays outside, passes SIGINT, SIGTERM and SIGHUP on, and exits
// with the child's status (130 when one of these ended it). Does nothing when already inside.
// Throws Unavailable, in the calling process, when the machine refuses.
// `interface`, which needs root, is one of the host's that comes along, and goes back when the lab
// ends; with one there is a process Outside.
void enter_lab_namespaces(const std::string& interface = {});

bool inside_lab_namespaces();

// Tries the same in a throw-away child: what would be thrown, or nothing.
std::optional<Unavailable> lab_obstacle();

// A tmpfs of the lab's own; everything in it is gone with the lab.
const std::filesystem::path& work_area();

}  // namespace twinline::testbed
