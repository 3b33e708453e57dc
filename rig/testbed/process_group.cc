// What a server listens at is shut through a copy of its descriptor. Where the kernel gives none
// (pidfd_getfd(2) wants the right to trace), the order of the deaths has to do: most kernels close
// the files of a process in the order of their numbers, and the listener was opened first.
#include "rig/testbed/process_group.hh"

#include "rig/testbed/fd.hh"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace twinline::testbed {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto longest_dying = 1s;

struct Member {
    pid_t process = 0;
    pid_t group = 0;
    bool is_dead = false;  // and only waits to be waited for
};

// proc(5): "PID (NAME) STATE PARENT GROUP ...", with anything in the name.
std::optional<Member> member_of(const fs::path& folder) {
    Member member;
    const auto name = folder.filename().string();
    if (std::from_chars(name.data(), name.data() + name.size(), member.process).ec != std::errc{})
        return std::nullopt;
    std::string text;
    if (std::ifstream file(folder / "stat"); !std::getline(file, text)) return std::nullopt;
    const auto named = text.rfind(')');
    if (named == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(named + 1));
    char state = 0;
    pid_t parent = 0;
    if (!(rest >> state >> parent >> member.group)) return std::nullopt;
    member.is_dead = state == 'Z' || state == 'X';
    return member;
}

std::vector<pid_t> living_of(pid_t group) {
    std::vector<pid_t> found;
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator("/proc", gone)) {
        const auto member = member_of(entry.path());
        if (member && member->group == group && !member->is_dead) found.push_back(member->process);
    }
    return found;
}

std::ptrdiff_t files_of(pid_t process) {
    std::error_code gone;
    const fs::directory_iterator files("/proc/" + std::to_string(process) + "/fd", gone);
    return gone ? 0 : std::distance(begin(files), end(files));
}

void stop_listening(pid_t process) {
    const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (handle.get() < 0) return;
    std::error_code gone;
    for (const auto& entry :
         fs::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone)) {
        const auto number = std::stoi(entry.path().filename().string());
        const Fd copy(static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), number, 0)));
        int listens = 0;
        socklen_t size = sizeof listens;
        if (copy.get() >= 0 &&
            ::getsockopt(copy.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
            listens != 0)
            ::shutdown(copy.get(), SHUT_RDWR);
    }
}

}  // namespace

void kill_group_in_order(pid_t group) {
    const auto living = living_of(group);
    if (living.empty()) return;
    for (const auto process : living) stop_listening(process);
    const auto last = *std::ranges::max_element(living, {}, files_of);
    for (const auto process : living)
        if (process != last) ::kill(process, SIGKILL);
    const auto deadline = std::chrono::steady_clock::now() + longest_dying;
    while (living_of(group).size() > 1 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(1ms);
    ::kill(last, SIGKILL);
}

}  // namespace twinline::testbed
