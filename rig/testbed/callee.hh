// Whoever is called behind a server of the lab, or calls from there: the reference phone, which
// picks up by itself. One for each subject, because a phone takes one call.
#pragma once

#include "rig/scenario/scenario.hh"
#include "rig/testbed/process.hh"
#include "rig/testbed/server_log.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace twinline::testbed {

// Of the SIP of whom `subject` calls behind `server`: beside the server's own.
std::uint16_t callee_port(const scenario::Topology& topology, const scenario::Host& server,
                          std::string_view subject);

class Callee {
  public:
    using Died = std::function<void(const std::string& what)>;

    // `subject` reaches it by the topology's number, in the namespace `netns` of `server`.
    Callee(boost::asio::io_context& io, const Netns& netns, const scenario::Topology& topology,
           const scenario::Host& server, const std::string& subject, Died died);
    Callee(const Callee&) = delete;
    Callee& operator=(const Callee&) = delete;

    // Until its port is open; throws with what it printed.
    boost::asio::awaitable<void> ready(std::chrono::nanoseconds within);

    // What is done there, a word of scenario::caller_deeds(): calls the first user of the topology
    // (Kamailio finds the phone), or ends that.
    void act(std::string_view deed);

    const std::string& server() const { return server_; }    // its role
    const std::string& subject() const { return subject_; }  // who calls it, and whom it calls
    std::string name() const { return "callee " + name_; }   // "callee primary-device"
    const std::deque<std::string>& log() const { return log_.lines(); }  // the newest lines

  private:
    std::string last_words() const;

    std::string server_, subject_, name_, called_;
    Died died_;
    bool ready_ = false;
    ServerLog log_;
    std::unique_ptr<Process> process_;
};

}  // namespace twinline::testbed
