// Questions and answers are JSON, one a packet. The end of the line, which nothing that happens to
// the rig can withhold, is the order to give the interface back.
#include "rig/testbed/outside.hh"

#include "rig/testbed/launch.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/process.hh"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace twinline::testbed {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_packet = 65536, longest_output = 8192;
constexpr const char* as_root =
    "start the rig as root (sudo), or plug the handset into a machine where you are";

bool send_packet(int line, const json& what) {
    const auto text = what.dump(-1, ' ', false, json::error_handler_t::replace);
    return ::send(line, text.data(), text.size(), MSG_NOSIGNAL) == std::ssize(text);
}

// Nothing at the end of the line.
json receive_packet(int line) {
    std::string text(longest_packet, '\0');
    ssize_t size = 0;
    while ((size = ::recv(line, text.data(), text.size(), 0)) < 0 && errno == EINTR) {
    }
    if (size <= 0) return {};
    text.resize(static_cast<std::size_t>(size));
    return json::parse(text, nullptr, false);
}

// The process on the host. It has no thread, and nobody waits for it.
class Keeper {
  public:
    Keeper(int line, std::string interface) : line_(line), interface_(std::move(interface)) {}

    [[noreturn]] void serve() {
        for (;;) {
            const auto asked = receive_packet(line_);
            if (!asked.is_object()) break;
            json answer;
            try {
                answer = asked.contains("move") ? take(asked["move"].get<pid_t>()) : run(asked);
            } catch (const std::exception& error) {
                answer = {{"error", error.what()}};
            }
            if (!send_packet(line_, answer)) break;
        }
        give_back();
        std::_Exit(0);
    }

  private:
    json take(pid_t inside) {
        lab_ =
            Fd(check("open the lab's network",
                     ::open(fmt::format("/proc/{}/ns/net", inside).c_str(), O_RDONLY | O_CLOEXEC)));
        was_up_ = run_command({"ip", "-oneline", "link", "show", interface_}).find(",UP") !=
                  std::string::npos;
        run_command({"ip", "link", "set", interface_, "down", "netns", std::to_string(inside)});
        taken_ = true;
        return json::object();
    }

    static json run(const json& asked) {
        const Fd output(check("memory file", ::memfd_create("command", MFD_CLOEXEC)));
        const Fd nothing(check("open /dev/null", ::open("/dev/null", O_RDONLY | O_CLOEXEC)));
        Launch plan;
        plan.argv = asked.at("run").get<std::vector<std::string>>();
        plan.streams = {nothing.get(), output.get(), output.get()};
        const auto deadline = Clock::now() + std::chrono::seconds(asked.at("within").get<int>());
        const pid_t child = launch(plan);
        int status = 0;
        while (::waitpid(child, &status, WNOHANG) == 0) {
            if (Clock::now() >= deadline) {
                ::kill(-child, SIGKILL);
                ::waitpid(child, &status, 0);
                return {{"error", "it does not end"}};
            }
            ::poll(nullptr, 0, 5);
        }
        std::string text(longest_output, '\0');
        const auto size = ::pread(output.get(), text.data(), text.size(), 0);
        text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        return {{"status", status}, {"output", text}};
    }

    // The lab's network outlives its processes for as long as it is held here. A device that the
    // kernel has taken away with it is not ours to bring back.
    void give_back() const {
        if (!taken_) return;
        const pid_t home = ::getpid();
        const pid_t child = ::fork();
        if (child == 0) {
            if (::setns(lab_.get(), CLONE_NEWNET) < 0) std::_Exit(1);
            try {
                run_command({"ip", "link", "set", interface_, "nomaster"});
                run_command(
                    {"ip", "link", "set", interface_, "down", "netns", std::to_string(home)});
            } catch (const std::exception&) {
                std::_Exit(1);
            }
            std::_Exit(0);
        }
        ::waitpid(child, nullptr, 0);
        if (!was_up_) return;
        try {
            run_command({"ip", "link", "set", interface_, "up"});
        } catch (const std::exception&) {
            // The kernel has taken it away with the lab; there is nobody left to tell.
        }
    }

    int line_;
    std::string interface_;
    Fd lab_;
    bool taken_ = false, was_up_ = false;
};

}  // namespace

void require_movable(const std::string& interface) {
    if (::geteuid() != 0)
        throw Unavailable(
            fmt::format("{} cannot be moved into the lab: only root may do that", interface),
            as_root);
    std::string found;
    try {
        found = run_command({"ip", "-oneline", "address", "show", "dev", interface});
    } catch (const std::exception&) {
        throw Unavailable(fmt::format("there is no interface {} here", interface),
                          "ip link shows those that there are");
    }
    if (found.find(" inet ") != found.npos)
        throw Unavailable(
            fmt::format("{} has an address of its own, and would lose it in the lab", interface),
            fmt::format("if nothing else uses it: ip address flush dev {}", interface));
}

OnHost stay_on_host(const std::string& interface) {
    std::array<int, 2> ends{};
    check("line to the host", ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()));
    Fd inner(ends[0]);
    Fd outer(ends[1]);
    const pid_t keeper = check("fork for the host", ::fork());
    if (keeper != 0) return {std::move(inner), keeper};
    inner.reset();
    // Ctrl-C is for the rig; what it leaves behind is tidied up after that.
    ::setsid();
    // Who reads what the rig prints until it ends is not to wait for this process.
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
    Keeper(outer.get(), interface).serve();
}

void move_interface(const Fd& line, pid_t inside) {
    json answer;
    if (send_packet(line.get(), {{"move", inside}})) answer = receive_packet(line.get());
    if (answer.is_object() && !answer.contains("error")) return;
    throw Unavailable("the handset's interface cannot be moved into the lab: " +
                          (answer.is_object() ? answer["error"].get<std::string>()
                                              : std::string("the process outside is gone")),
                      as_root);
}

Outside::Outside(boost::asio::io_context& io) : line_(io) {
    const char* number = std::getenv(outside_line);
    if (number == nullptr)
        throw std::logic_error("no process stayed outside the lab to run commands there");
    line_.assign(check("line to the host", ::fcntl(std::atoi(number), F_DUPFD_CLOEXEC, 10)));
}

boost::asio::awaitable<Outside::Ended> Outside::run(std::vector<std::string> argv,
                                                    std::chrono::seconds within) {
    if (!send_packet(line_.native_handle(), {{"run", argv}, {"within", within.count()}}))
        throw std::runtime_error("the process outside the lab is gone");
    co_await line_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              boost::asio::use_awaitable);
    const auto answer = receive_packet(line_.native_handle());
    if (!answer.is_object()) throw std::runtime_error("the process outside the lab is gone");
    if (answer.contains("error"))
        throw std::runtime_error(
            fmt::format("{}: {}", argv.front(), answer["error"].get<std::string>()));
    co_return Ended{answer["status"].get<int>(), answer["output"].get<std::string>()};
}

}  // namespace twinline::testbed
