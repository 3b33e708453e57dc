// What both subjects of a session share: the lab, the clock, the log, and a count of what is still
// under way.
#pragma once

#include "rig/run/gathering.hh"
#include "rig/run/rig_log.hh"
#include "rig/scenario/scenario.hh"
#include "rig/testbed/lab.hh"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>

namespace twinline::run {

struct Bench {
    boost::asio::io_context& io;
    const scenario::Scenario& scenario;
    testbed::Lab& lab;
    const RunClock& clock;
    RigLog& log;
    std::function<void(const std::string&)> progress;
    std::function<void(std::exception_ptr)> failed;  // ends the session with this
    unsigned faults = 0;                             // made so far: each has an id
    unsigned probes_under_way = 0;
    Gathering gathering{io};  // for what cannot be keyed
};

}  // namespace twinline::run
