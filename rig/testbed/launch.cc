// All memory is taken before the fork; after it there are only system calls, and a failure goes
// back to the parent over a pipe that a successful exec closes.
#include "rig/testbed/launch.hh"

#include "rig/testbed/fd.hh"
#include "rig/testbed/process.hh"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern char** environ;

namespace twinline::testbed {
namespace {

// Everything that needs memory, made before the fork.
struct Prepared {
    std::string program;
    std::vector<std::string> environment;
    std::vector<char*> argv, envp;
    std::vector<std::pair<std::string, std::string>> binds;
    std::string directory;
};

struct Failure {
    int number;
    std::array<char, 64> attempt;
};

std::vector<std::string> merged_environment(
    const std::vector<std::pair<std::string, std::string>>& changes) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto overridden = [&](const auto& change) {
            return text.substr(0, text.find('=')) == change.first;
        };
        if (std::none_of(changes.begin(), changes.end(), overridden)) all.emplace_back(text);
    }
    for (const auto& [name, value] : changes) all.push_back(name + '=' + value);
    return all;
}

// /etc/resolv.conf is often a link into /run, which the lab hides: give it something to be mounted
// on.
std::string bind_target(const std::filesystem::path& path) {
    const auto target = std::filesystem::weakly_canonical(path);
    if (!std::filesystem::exists(target)) {
        std::filesystem::create_directories(target.parent_path());
        if (!std::ofstream(target)) {
            throw std::system_error(errno, std::generic_category(), "create " + target.string());
        }
    }
    return target.string();
}

Prepared prepare(const Launch& plan) {
    Prepared made;
    made.program = find_program(plan.argv.front()).string();
    if (made.program.empty()) {
        throw std::system_error(ENOENT, std::generic_category(), "start " + plan.argv.front());
    }
    made.environment = merged_environment(plan.environment);
    // execve takes char* for historical reasons and does not write through it.
    for (const auto& word : plan.argv) made.argv.push_back(const_cast<char*>(word.c_str()));
    for (const auto& entry : made.environment) {
        made.envp.push_back(const_cast<char*>(entry.c_str()));
    }
    made.argv.push_back(nullptr);
    made.envp.push_back(nullptr);
    for (const auto& [what, over] : plan.binds) {
        made.binds.emplace_back(what.string(), bind_target(over));
    }
    made.directory = plan.directory.string();
    return made;
}

[[noreturn]] void give_up(int report, const char* attempt) {
    Failure failure{errno, {}};
    std::strncpy(failure.attempt.data(), attempt, failure.attempt.size() - 1);
    std::ignore = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

// The rig's standard streams may be closed, so its own descriptors may be 0 to 2: move them away
// first.
void place_streams(const std::array<int, 3>& streams, int report) {
    std::array<int, 3> high{};
    for (std::size_t i = 0; i < streams.size(); ++i) {
        high[i] = ::fcntl(streams[i], F_DUPFD, 10);
        if (high[i] < 0) give_up(report, "duplicate a standard stream");
    }
    for (std::size_t i = 0; i < high.size(); ++i) {
        if (::dup2(high[i], static_cast<int>(i)) < 0) give_up(report, "place a standard stream");
    }
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

[[noreturn]] void become(const Launch& plan, const Prepared& made, pid_t parent, int report) {
    ::setpgid(0, 0);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || ::getppid() != parent) ::_exit(127);
    if (plan.netns != nullptr && ::setns(plan.netns->fd(), CLONE_NEWNET) < 0) {
        give_up(report, "enter its network namespace");
    }
    if (!made.binds.empty() && ::unshare(CLONE_NEWNS) < 0) give_up(report, "new mount namespace");
    for (const auto& [what, over] : made.binds) {
        if (::mount(what.c_str(), over.c_str(), nullptr, MS_BIND, nullptr) < 0) {
            give_up(report, ("mount over " + over).c_str());
        }
    }
    if (!made.directory.empty() && ::chdir(made.directory.c_str()) < 0) {
        give_up(report, "enter its directory");
    }
    place_streams(plan.streams, report);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::execve(made.program.c_str(), made.argv.data(), made.envp.data());
    give_up(report, "execute");
}

}  // namespace

pid_t launch(const Launch& plan) {
    const Prepared made = prepare(plan);
    std::array<int, 2> ends{};
    check("pipe", ::pipe2(ends.data(), O_CLOEXEC));
    const Fd outcome(ends[0]);
    // Above the standard streams, so that placing those does not cover it.
    Fd report(check("pipe", ::fcntl(ends[1], F_DUPFD_CLOEXEC, 10)));
    ::close(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t child = check("fork for " + plan.argv.front(), ::fork());
    if (child == 0) become(plan, made, parent, report.get());
    report.reset();
    Failure failure{};
    const auto got = ::read(outcome.get(), &failure, sizeof failure);
    if (got == 0) return child;
    ::waitpid(child, nullptr, 0);
    throw std::system_error(failure.number, std::generic_category(),
                            "start " + plan.argv.front() + ": " + failure.attempt.data());
}

}  // namespace twinline::testbed
