// A pidfd tells the end of exactly this child, so no SIGCHLD handler can take the status of
// another. Callbacks hold the state, not the owner, and fall silent when the owner is gone.
#include "rig/testbed/process.hh"

#include "rig/testbed/fd.hh"
#include "rig/testbed/launch.hh"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>

namespace twinline::testbed {
namespace {

using boost::asio::posix::stream_descriptor;

Fd pidfd_of(pid_t pid) {
    return Fd(check("pidfd_open", static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))));
}

}  // namespace

struct Process::State : std::enable_shared_from_this<Process::State> {
    struct Channel {
        Stream stream;
        stream_descriptor descriptor;
        std::string pending;  // a line without its end
    };

    State(boost::asio::io_context& context, Spawn plan)
        : io(context), spawn(std::move(plan)), end(context) {}

    Fd open_channel(Stream stream);  // the child's end of it
    void start();
    void listen(Channel& channel);
    void drain(Channel& channel);
    void emit(Channel& channel, bool final);
    void await_end();
    void finish();  // nothing of the group is left

    boost::asio::io_context& io;
    Spawn spawn;
    pid_t pid = -1;
    Fd standard_input;
    std::vector<Channel> channels;
    stream_descriptor end;  // readable when the child has ended
    std::vector<boost::asio::steady_timer*> waiting;
    bool over = false;    // waited for
    bool closed = false;  // the owner is gone: no more callbacks
    int status = 0;
};

Fd Process::State::open_channel(Stream stream) {
    std::array<int, 2> ends{};
    check("pipe", ::pipe2(ends.data(), O_CLOEXEC));
    channels.push_back({stream, stream_descriptor(io, ends[0]), {}});
    channels.back().descriptor.native_non_blocking(true);
    return Fd(ends[1]);
}

void Process::State::start() {
    std::array<int, 2> in{};
    // A socket and not a pipe: writing to a child that has died must not raise SIGPIPE.
    check("socketpair", ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()));
    standard_input = Fd(in[0]);
    const Fd child_in(in[1]), child_out = open_channel(Stream::out),
                              child_err = open_channel(Stream::err);
    const Launch plan{spawn.argv,      spawn.netns,
                      spawn.directory, spawn.environment,
                      spawn.binds,     {child_in.get(), child_out.get(), child_err.get()}};
    pid = launch(plan);
    end.assign(pidfd_of(pid).release());
    for (auto& channel : channels) listen(channel);
    await_end();
}

void Process::State::listen(Channel& channel) {
    channel.descriptor.async_wait(stream_descriptor::wait_read,
                                  [self = shared_from_this(), &channel](const auto& error) {
                                      if (error || self->closed) return;
                                      self->drain(channel);
                                      if (!self->closed && channel.descriptor.is_open())
                                          self->listen(channel);
                                  });
}

void Process::State::drain(Channel& channel) {
    std::array<char, 4096> part{};
    while (!closed && channel.descriptor.is_open()) {
        const auto size = ::read(channel.descriptor.native_handle(), part.data(), part.size());
        if (size < 0) return;  // nothing more now
        if (size == 0) {
            channel.descriptor.close();
            emit(channel, true);
            return;
        }
        channel.pending.append(part.data(), static_cast<std::size_t>(size));
        emit(channel, false);
    }
}

void Process::State::emit(Channel& channel, bool final) {
    for (std::size_t end_of_line = 0;
         !closed && (end_of_line = channel.pending.find('\n')) != std::string::npos;) {
        const std::string line = channel.pending.substr(0, end_of_line);
        channel.pending.erase(0, end_of_line + 1);
        if (spawn.on_line) spawn.on_line(channel.stream, line);
    }
    if (final && !closed && !channel.pending.empty()) {
        const std::string line = std::exchange(channel.pending, {});
        if (spawn.on_line) spawn.on_line(channel.stream, line);
    }
}

void Process::State::await_end() {
    end.async_wait(stream_descriptor::wait_read, [self = shared_from_this()](const auto& error) {
        if (error || self->closed) return;
        self->finish();
        // What it said last comes before the news that it has ended.
        for (auto& channel : self->channels) self->drain(channel);
        for (auto* timer : self->waiting) timer->cancel();
        if (!self->closed && self->spawn.on_exit) self->spawn.on_exit(self->status);
    });
}

void Process::State::finish() {
    if (over) return;
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    over = true;
    // Orphans of the group are reaped by the lab's first process; its ports are free only when they
    // are gone.
    using namespace std::chrono_literals;
    const auto deadline = std::chrono::steady_clock::now() + 1s;
    while (::kill(-pid, SIGKILL) == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
}

Process::Process(boost::asio::io_context& io, Spawn spawn)
    : state_(std::make_shared<State>(io, std::move(spawn))) {
    state_->start();
}

Process::Process(Process&&) noexcept = default;

Process& Process::operator=(Process&& other) noexcept {
    Process old(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
}

Process::~Process() {
    if (!state_) return;
    state_->closed = true;
    state_->finish();
    boost::system::error_code ignored;
    for (auto& channel : state_->channels) channel.descriptor.close(ignored);
    state_->end.close(ignored);
    for (auto* timer : state_->waiting) timer->cancel();
}

int Process::pid() const { return state_->pid; }

bool Process::alive() const { return !state_->over; }

int Process::exit_code() const {
    const int status = state_->status;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Process::signal(int signal) const {
    // Once waited for, the number may belong to somebody else; the rest of its group is found by
    // ~Process.
    if (!state_->over) ::kill(-state_->pid, signal);
}

void Process::write(std::string_view text) {
    while (!text.empty()) {
        const auto sent =
            check("write to " + state_->spawn.argv.front(),
                  ::send(state_->standard_input.get(), text.data(), text.size(), MSG_NOSIGNAL));
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

boost::asio::awaitable<bool> Process::ended(std::chrono::nanoseconds within) {
    const auto state = state_;
    if (state->over) co_return true;
    boost::asio::steady_timer timer(state->io, within);
    state->waiting.push_back(&timer);
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    std::erase(state->waiting, &timer);
    co_return state->over;
}

}  // namespace twinline::testbed
