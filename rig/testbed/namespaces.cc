// The unprivileged way to a lab (user_namespaces(7)): a clone into all four namespaces at once, its
// ids mapped by the parent, its mounts made by itself, and a report of what the machine refused.
#include "rig/testbed/namespaces.hh"

#include "rig/testbed/fd.hh"
#include "rig/testbed/interface.hh"
#include "rig/testbed/outer.hh"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace twinline::testbed {
namespace {

constexpr std::string_view permit =
    "permit user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), "
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), "
    "sysctl user.max_user_namespaces=15000; in a container, start it with --privileged";

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        check("pipe", ::pipe2(ends.data(), O_CLOEXEC));
        read = Fd(ends[0]);
        write = Fd(ends[1]);
    }
    Fd read, write;
};

bool write_proc(const std::string& path, std::string_view text) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == std::ssize(text);
}

// Every id that we may map, as itself: root keeps its power over files of other owners.
std::string identity_map(const char* own_map) {
    std::ifstream in(own_map);
    std::string map;
    unsigned long inside = 0, outside = 0, count = 0;
    while (in >> inside >> outside >> count)
        map += fmt::format("{} {} {}\n", inside, inside, count);
    return map;
}

void map_ids(pid_t child) {
    const std::string proc = fmt::format("/proc/{}/", child);
    if (::geteuid() == 0 && write_proc(proc + "uid_map", identity_map("/proc/self/uid_map")) &&
        write_proc(proc + "gid_map", identity_map("/proc/self/gid_map"))) {
        return;
    }
    write_proc(proc + "setgroups", "deny");
    if (!write_proc(proc + "uid_map", fmt::format("0 {} 1", ::geteuid())) ||
        !write_proc(proc + "gid_map", fmt::format("0 {} 1", ::getegid()))) {
        throw Unavailable("the ids of a user namespace cannot be mapped", std::string(permit));
    }
}

void mount_at(const char* what, const char* target, const char* type, unsigned long flags,
              const char* options) {
    if (::mount(what, target, type, flags, options) < 0) {
        throw Unavailable(
            fmt::format("mount {} in a user namespace: {}", target, std::strerror(errno)),
            std::string(permit));
    }
}

void set_up_inside() {
    mount_at("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    mount_at("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
    const Fd old_run(::open("/run", O_PATH | O_CLOEXEC));
    mount_at("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
    std::filesystem::create_directories("/run/netns");
    std::filesystem::create_directories(work_area());
    // A user's own folder may lie in /run/user; where there is none, there is nothing to keep.
    std::filesystem::create_directory("/run/user");
    const std::string user = fmt::format("/proc/self/fd/{}/user", old_run.get());
    ::mount(user.c_str(), "/run/user", nullptr, MS_BIND | MS_REC, nullptr);
    set_interface_up("lo");
    check("setenv", ::setenv(lab_marker, "1", 1));
}

// The first process of the namespaces: set up, and reports what failed before it gives up.
void begin_inside(Pipe& go, Pipe& report) {
    check("prctl", ::prctl(PR_SET_PDEATHSIG, SIGKILL));
    go.write.reset();
    report.read.reset();
    char ready = 0;
    if (::read(go.read.get(), &ready, 1) != 1) std::_Exit(1);  // the parent is gone
    std::string failure;
    try {
        set_up_inside();
        return;
    } catch (const Unavailable& error) {
        failure = error.found() + '\n' + error.remedy();
    } catch (const std::exception& error) {
        failure = std::string(error.what()) + '\n' + std::string(permit);
    }
    std::ignore = ::write(report.write.get(), failure.data(), failure.size());
    std::_Exit(1);
}

std::string read_all(const Fd& fd) {
    std::string text;
    std::array<char, 512> part{};
    for (ssize_t size = 0; (size = ::read(fd.get(), part.data(), part.size())) > 0;) {
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text;
}

}  // namespace

pid_t start_inside(const std::function<void(pid_t)>& before) {
    Pipe go, report;
    constexpr unsigned long flags =
        CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | SIGCHLD;
    const auto child =
        static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
    if (child < 0) {
        throw Unavailable(fmt::format("user namespaces: {}", std::strerror(errno)),
                          std::string(permit));
    }
    if (child == 0) {
        begin_inside(go, report);
        return 0;
    }
    report.write.reset();
    std::string failure;
    try {
        map_ids(child);
        if (before) before(child);
        check("let the lab begin", ::write(go.write.get(), "g", 1));
        failure = read_all(report.read);
    } catch (...) {
        go.write.reset();
        ::waitpid(child, nullptr, 0);
        throw;
    }
    if (failure.empty()) return child;
    ::waitpid(child, nullptr, 0);
    const auto line = failure.find('\n');
    throw Unavailable(failure.substr(0, line), failure.substr(line + 1));
}

}  // namespace twinline::testbed
