// The faults of one subject, each proven by the rig's probe from the subject's probe address:
// answered before, unanswered during, answered after; and from the unkeyed address answered during.
#pragma once

#include "rig/run/bench.hh"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>

namespace twinline::run {

class Faults {
  public:
    Faults(Bench& bench, std::string subject) : bench_(bench), subject_(std::move(subject)) {}

    // Every server answers this subject's probe.
    boost::asio::awaitable<void> prove_ready();
    // Returns at the onset; the proof of it goes on beside.
    boost::asio::awaitable<void> silence(std::string host);
    // Returns when the host has answered again, or did not.
    boost::asio::awaitable<void> heal(std::string host);
    boost::asio::awaitable<void> heal_all();

  private:
    struct Fault {
        std::string id;
        testbed::Silence rules;
    };

    boost::asio::awaitable<void> probe(std::string host, std::string from, std::string phase,
                                       std::string fault_id);
    void probe_beside(std::string host, std::string from, std::string phase, std::string fault_id);
    void tell(testbed::Wall at, const std::string& host, const std::string& state,
              const std::string& id);

    Bench& bench_;
    std::string subject_;
    std::map<std::string, Fault> active_;  // by host
};

}  // namespace twinline::run
