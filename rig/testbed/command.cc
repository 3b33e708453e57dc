// Short commands whose result is needed before anything else may happen: links, packet rules.
#include "rig/testbed/fd.hh"
#include "rig/testbed/launch.hh"
#include "rig/testbed/process.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/wait.h>

namespace twinline::testbed {
namespace {

Fd scratch(std::string_view content) {
    Fd file(check("memory file", ::memfd_create("command", MFD_CLOEXEC)));
    check("write memory file", ::write(file.get(), content.data(), content.size()));
    check("rewind memory file", ::lseek(file.get(), 0, SEEK_SET));
    return file;
}

std::string content_of(const Fd& file) {
    std::string text;
    std::array<char, 4096> part{};
    check("rewind memory file", ::lseek(file.get(), 0, SEEK_SET));
    for (ssize_t size = 0; (size = ::read(file.get(), part.data(), part.size())) > 0;) {
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text;
}

bool executable(const std::filesystem::path& path) {
    std::error_code hidden_is_absent;
    return std::filesystem::is_regular_file(path, hidden_is_absent) &&
           ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string run_command(const std::vector<std::string>& argv, const Netns* netns,
                        std::string_view standard_input) {
    // Files in memory instead of pipes: no short command can then block on its output.
    const Fd in = scratch(standard_input), out = scratch({}), err = scratch({});
    Launch plan;
    plan.argv = argv;
    plan.netns = netns;
    plan.streams = {in.get(), out.get(), err.get()};
    const pid_t child = launch(plan);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) {
        throw std::runtime_error(fmt::format("{}: {}: {}", fmt::join(argv, " "),
                                             describe_status(status), content_of(err)));
    }
    return content_of(out);
}

std::filesystem::path find_program(std::string_view name) {
    if (name.find('/') != std::string_view::npos) {
        return executable(name) ? std::filesystem::path(name) : std::filesystem::path();
    }
    const char* path = std::getenv("PATH");
    std::string folders = path != nullptr ? path : "/usr/bin:/bin";
    folders += ":/usr/local/sbin:/usr/sbin:/sbin";
    for (std::size_t begin = 0; begin < folders.size();) {
        const auto end = std::min(folders.find(':', begin), folders.size());
        const auto candidate =
            std::filesystem::path(folders.substr(begin, end - begin)) / std::string(name);
        if (executable(candidate)) return candidate;
        begin = end + 1;
    }
    return {};
}

std::filesystem::path programs_folder() {
    // A scenario that is played from Python has the interpreter for an executable.
    if (const char* told = std::getenv("TWINLINE_PROGRAMS")) return told;
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

bool is_crash(int status) {
    constexpr std::array faults{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    return WIFSIGNALED(status) && std::ranges::find(faults, WTERMSIG(status)) != faults.end();
}

std::string describe_status(int status) {
    if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace twinline::testbed
