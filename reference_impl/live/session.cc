// How a running phone is told to act, and how it ends: at once when its input ends, after an
// attempt to unregister (RFC 3261 section 10.2.2) on a signal.
#include "reference_impl/live/session.hh"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace twinline::live {

namespace {

constexpr auto longest_farewell = std::chrono::seconds(2);
constexpr int interrupted = 130;

}  // namespace

Session::Session(mutants::MutantPhone& phone, const DriverSettings& settings, std::ostream& out)
    : settings_(settings),
      report_(out, settings.start),
      driver_(
          context_, phone, settings,
          [this](wire::Instant at, const phone::Output& output) { on_output(at, output); },
          [this](wire::Instant at, const std::string& text) { report_.error(at, text); }),
      signals_(context_, SIGINT, SIGTERM),
      farewell_(context_),
      input_(
          context_, STDIN_FILENO, [this](std::string_view line) { on_line(line); },
          [this] { finish(0); }) {
    wait_for_signal();
}

int Session::run(std::uint64_t seed) {
    report_.ready(driver_.now(), {settings_.address, settings_.sip_port}, seed);
    context_.run();
    return exit_code_;
}

void Session::power_on() {
    boost::asio::post(context_, [this] { driver_.power_on(); });
}

void Session::on_output(wire::Instant at, const phone::Output& output) {
    report_.output(at, output);
    if (std::holds_alternative<phone::MediaStop>(output))
        report_.media_counts(at, driver_.media().counts());
    if (const auto* display = std::get_if<phone::Display>(&output)) {
        line_states_[display->account] = display->line_state;
        if (leaving_ && all_off()) finish(exit_code_);
    }
}

void Session::on_line(std::string_view line) {
    const auto command = parse_command(line);
    if (!command) return report_.error(driver_.now(), command.error());
    if (std::holds_alternative<PowerUp>(*command)) return driver_.power_on();
    if (std::holds_alternative<Quit>(*command)) return finish(0);
    driver_.give(std::get<phone::Input>(*command));
}

void Session::wait_for_signal() {
    signals_.async_wait([this](const auto& error, int) {
        if (!error) on_signal();
    });
}

void Session::on_signal() {
    if (leaving_) return finish(interrupted);
    wait_for_signal();
    take_leave();
}

void Session::take_leave() {
    leaving_ = true;
    if (all_off()) return finish(0);
    farewell_.expires_after(longest_farewell);
    farewell_.async_wait([this](const auto& error) {
        if (!error) finish(0);
    });
    driver_.give(phone::Unregister{});
}

bool Session::all_off() const {
    return std::ranges::all_of(line_states_,
                               [](const auto& entry) { return entry.second == "off"; });
}

void Session::finish(int exit_code) {
    exit_code_ = exit_code;
    if (driver_.media().is_running()) report_.media_counts(driver_.now(), driver_.media().counts());
    context_.stop();
}

}  // namespace twinline::live
