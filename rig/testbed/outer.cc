// Three processes: the caller stays outside and hands signals on, the first inside reaps orphans as
// a pid namespace wants it (pid_namespaces(7)), and the program itself is the second, so that no
// wait of its own is disturbed.
#include "rig/testbed/outer.hh"

#include "rig/testbed/fd.hh"
#include "rig/testbed/namespaces.hh"
#include "rig/testbed/outside.hh"

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <utility>

namespace twinline::testbed {
namespace {

constexpr int interrupted = 130;  // what a shell calls a program that Ctrl-C ended

sigset_t handed_on() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set, signal);
    return set;
}

// Waits for any of its children, as a pid namespace wants of its first process, until `program` has
// ended.
[[noreturn]] void be_init(pid_t program) {
    const sigset_t signals = handed_on();
    for (;;) {
        siginfo_t info{};
        if (::sigwaitinfo(&signals, &info) < 0) continue;
        // What the terminal sends reaches the program by itself.
        if (info.si_signo != SIGCHLD && info.si_code != SI_KERNEL) ::kill(program, info.si_signo);
        int status = 0;
        for (pid_t gone = 0; (gone = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            if (gone != program) continue;
            if (WIFEXITED(status)) std::_Exit(WEXITSTATUS(status));
            const int signal = WTERMSIG(status);
            const bool asked = signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
            std::_Exit(asked ? interrupted : 128 + signal);
        }
    }
}

// `keeper` gives an interface back; who starts the next lab finds it there. 0: there is none.
[[noreturn]] void stay_outside(pid_t child, pid_t keeper) {
    const sigset_t signals = handed_on();
    for (;;) {
        siginfo_t info{};
        if (::sigwaitinfo(&signals, &info) < 0) continue;
        if (info.si_signo != SIGCHLD && info.si_code != SI_KERNEL) ::kill(child, info.si_signo);
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) != child) continue;
        if (keeper != 0) ::waitpid(keeper, nullptr, 0);
        std::_Exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
}

}  // namespace

Unavailable::Unavailable(std::string found, std::string remedy)
    : std::runtime_error(found + " (" + remedy + ")"),
      found_(std::move(found)),
      remedy_(std::move(remedy)) {}

const std::filesystem::path& work_area() {
    static const std::filesystem::path area = "/run/twinline";
    return area;
}

bool inside_lab_namespaces() {
    return std::getenv(lab_marker) != nullptr && std::filesystem::is_directory(work_area());
}

void enter_lab_namespaces(const std::string& interface) {
    if (inside_lab_namespaces()) {
        if (interface.empty()) return;
        throw Unavailable("a lab inside another one has no interface of the host",
                          "start the rig outside of it");
    }
    OnHost host;
    if (!interface.empty()) {
        require_movable(interface);
        host = stay_on_host(interface);
    }
    const sigset_t signals = handed_on();
    sigset_t before;
    check("block signals", ::sigprocmask(SIG_BLOCK, &signals, &before));
    try {
        const pid_t child = start_inside([&](pid_t inside) {
            if (host.line) move_interface(host.line, inside);
        });
        if (child != 0) {
            host.line.reset();
            stay_outside(child, host.process);
        }
    } catch (...) {
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    if (host.line)
        check("setenv", ::setenv(outside_line, std::to_string(host.line.release()).c_str(), 1));
    if (const pid_t program = ::fork(); program != 0) be_init(program);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

std::optional<Unavailable> lab_obstacle() {
    if (inside_lab_namespaces()) return {};
    try {
        const pid_t child = start_inside();
        if (child == 0) std::_Exit(0);
        ::waitpid(child, nullptr, 0);
        return {};
    } catch (const Unavailable& obstacle) {
        return obstacle;
    }
}

}  // namespace twinline::testbed
