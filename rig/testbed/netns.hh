// One network namespace, held by a descriptor and named for `ip netns`, and the way into it and
// back for the one thread that the rig has.
#pragma once

#include "rig/testbed/fd.hh"

#include <string>
#include <string_view>

namespace twinline::testbed {

class Netns {
  public:
    explicit Netns(std::string name);  // with its loopback up
    ~Netns();
    Netns(Netns&& other) noexcept;
    Netns& operator=(Netns&&) = delete;

    const std::string& name() const { return name_; }
    int fd() const { return fd_.get(); }

  private:
    std::string name_;  // empty: moved from
    Fd fd_;
};

// While it lives, this thread is in that namespace: sockets opened now belong to it for good.
class InNetns {
  public:
    explicit InNetns(const Netns& netns);
    ~InNetns();
    InNetns(const InNetns&) = delete;
    InNetns& operator=(const InNetns&) = delete;

  private:
    Fd home_;
};

// Writes /proc/sys/<path> of the namespace that this thread is in. A key that this kernel lacks is
// left alone.
void set_sysctl(std::string_view path, std::string_view value);

}  // namespace twinline::testbed
