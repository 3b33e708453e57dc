// The owner's side of a child. Callbacks hold the state, not the owner, and fall silent when the
// owner is gone.
#include "rig/testbed/process.hh"

#include "rig/testbed/process_state.hh"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <sys/socket.h>
#include <sys/wait.h>

namespace twinline::testbed {

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

int Process::status() const { return state_->status; }

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
