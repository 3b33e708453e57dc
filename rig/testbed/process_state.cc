// A pidfd tells the end of exactly this child, so no SIGCHLD handler can take the status of
// another.
#include "rig/testbed/process_state.hh"

#include "rig/testbed/launch.hh"

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
            if (!channel.pending.empty()) channel.pending += '\n';
            emit(channel);
            return;
        }
        channel.pending.append(part.data(), static_cast<std::size_t>(size));
        emit(channel);
    }
}

void Process::State::emit(Channel& channel) {
    for (std::size_t end_of_line = 0;
         !closed && (end_of_line = channel.pending.find('\n')) != std::string::npos;) {
        const std::string line = channel.pending.substr(0, end_of_line);
        channel.pending.erase(0, end_of_line + 1);
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

}  // namespace twinline::testbed
