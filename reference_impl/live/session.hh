// One running phone with all that it is connected to: the driver, commands on standard input, the
// report on standard output, and signals.
#pragma once

#include "reference_impl/live/command.hh"
#include "reference_impl/live/driver.hh"
#include "reference_impl/live/line_input.hh"
#include "reference_impl/live/report.hh"

#include <boost/asio/signal_set.hpp>

#include <map>

namespace twinline::live {

class Session {
  public:
    // Throws std::system_error when the SIP port cannot be opened. The phone must outlive the
    // session.
    Session(mutants::MutantPhone& phone, const DriverSettings& settings, std::ostream& out);

    // Returns the exit code.
    int run(std::uint64_t seed);
    void power_on();

  private:
    void on_output(wire::Instant at, const phone::Output& output);
    void on_line(std::string_view line);
    void on_signal();
    void wait_for_signal();
    void take_leave();
    bool all_off() const;
    void finish(int exit_code);

    boost::asio::io_context context_;
    DriverSettings settings_;
    Report report_;
    Driver driver_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer farewell_;
    LineInput input_;
    std::map<unsigned, std::string> line_states_;  // by account
    bool leaving_ = false;
    int exit_code_ = 0;
};

}  // namespace twinline::live
