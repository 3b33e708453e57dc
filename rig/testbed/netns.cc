// A namespace lives as long as something holds it: here a descriptor, and a mount under /run/netns
// that lets `ip` name it. Both are this object's.
#include "rig/testbed/netns.hh"

#include "rig/testbed/interface.hh"

#include <fcntl.h>
#include <filesystem>
#include <sched.h>
#include <sys/mount.h>
#include <utility>

namespace twinline::testbed {
namespace {

constexpr const char* own_netns = "/proc/thread-self/ns/net";

std::string path_of(const std::string& name) { return "/run/netns/" + name; }

Fd open_at(const std::string& path, int flags) {
    return Fd(check("open " + path, ::open(path.c_str(), flags | O_CLOEXEC, 0600)));
}

}  // namespace

Netns::Netns(std::string name) {
    const std::string path = path_of(name);
    open_at(path, O_RDONLY | O_CREAT | O_EXCL);
    const Fd home = open_at(own_netns, O_RDONLY);
    try {
        check("new network namespace " + name, ::unshare(CLONE_NEWNET));
        check("name network namespace " + name,
              ::mount(own_netns, path.c_str(), nullptr, MS_BIND, nullptr));
        name_ = std::move(name);
        fd_ = open_at(own_netns, O_RDONLY);
        set_interface_up("lo");
    } catch (...) {
        ::setns(home.get(), CLONE_NEWNET);
        ::umount2(path.c_str(), MNT_DETACH);
        ::unlink(path.c_str());
        throw;
    }
    check("back from network namespace " + name_, ::setns(home.get(), CLONE_NEWNET));
}

Netns::~Netns() {
    if (name_.empty()) return;
    const std::string path = path_of(name_);
    ::umount2(path.c_str(), MNT_DETACH);
    ::unlink(path.c_str());
}

Netns::Netns(Netns&& other) noexcept
    : name_(std::exchange(other.name_, {})), fd_(std::move(other.fd_)) {}

InNetns::InNetns(const Netns& netns) : home_(open_at(own_netns, O_RDONLY)) {
    check("enter network namespace " + netns.name(), ::setns(netns.fd(), CLONE_NEWNET));
}

InNetns::~InNetns() {
    // Going on in the wrong namespace would put every later socket there.
    if (::setns(home_.get(), CLONE_NEWNET) < 0) std::terminate();
}

void set_sysctl(std::string_view path, std::string_view value) {
    const std::string file = "/proc/sys/" + std::string(path);
    if (!std::filesystem::exists(file)) return;
    const Fd fd = open_at(file, O_WRONLY);
    check("write " + file, ::write(fd.get(), value.data(), value.size()));
}

}  // namespace twinline::testbed
