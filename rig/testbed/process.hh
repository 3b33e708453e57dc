// A child process in a namespace of the lab: in a process group of its own, dead when the rig is,
// its lines delivered on the io_context. Commands that end by themselves (`ip`, `nft`) have
// run_command.
#pragma once

#include "rig/testbed/netns.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::testbed {

enum class Stream { out, err };

struct Spawn {
    std::vector<std::string> argv;  // argv[0] is looked up in PATH
    const Netns* netns = nullptr;   // null: the lab's own
    std::filesystem::path directory;
    std::vector<std::pair<std::string, std::string>> environment;  // on top of the rig's
    // Files that the child sees in place of others (in a mount namespace of its own): what -> over
    // which.
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> binds;
    std::function<void(Stream, std::string_view)> on_line;
    std::function<void(int status)>
        on_exit;  // as waitpid gives it; not called once ~Process has begun
};

class Process {
  public:
    Process(boost::asio::io_context& io, Spawn spawn);
    ~Process();  // kills the group and waits for the child
    Process(Process&&) noexcept;
    Process& operator=(Process&&) noexcept;

    int pid() const;  // also its process group
    bool alive() const;
    int status() const;                 // as waitpid gives it; only once it is not alive
    void signal(int signal) const;      // to the whole group
    void write(std::string_view text);  // to its stdin
    // Until it has ended or the time is up; true when it has ended.
    boost::asio::awaitable<bool> ended(std::chrono::nanoseconds within);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// Runs a short command to its end and returns its stdout; throws with the command and its stderr
// when it fails.
std::string run_command(const std::vector<std::string>& argv, const Netns* netns = nullptr,
                        std::string_view standard_input = {});

// The full path of a program: PATH, then the sbin folders that an ordinary user lacks. Empty when
// there is none.
std::filesystem::path find_program(std::string_view name);

// Where the rig's own programs lie, or lie near.
std::filesystem::path programs_folder();

// How a process ended, for a person: "exit code 255", "signal 11".
std::string describe_status(int status);
// Whether it was ended by a fault of its own: SIGSEGV, SIGABRT and the like.
bool is_crash(int status);

}  // namespace twinline::testbed
