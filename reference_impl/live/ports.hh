// The phone's local UDP ports: the SIP port for good, others opened when the phone first sends from
// them and closed when they have been idle for a while.
#pragma once

#include "reference_impl/live/udp_socket.hh"
#include "reference_impl/phone/input.hh"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>

namespace twinline::live {

class Ports {
  public:
    using OnInput = std::function<void(phone::Input)>;

    Ports(boost::asio::io_context& context, wire::Ipv4 address,
          std::chrono::steady_clock::duration idle, OnInput on_input);

    void open_for_good(std::uint16_t port);

    // Without a route the datagram counts as refused, as if a router had said so. Throws
    // std::system_error that names any other attempt that failed.
    void send(std::uint16_t port, wire::Endpoint remote, std::string_view bytes);

    std::size_t open_count() const { return ports_.size(); }

  private:
    using Clock = std::chrono::steady_clock;

    struct Port {
        UdpSocket socket;
        std::optional<Clock::time_point> idle_since;  // none: open for good
    };

    Port& open(std::uint16_t number);
    void wait(std::uint16_t number, Port& port);
    void drain(std::uint16_t number);
    void arm_sweep();
    void sweep();

    boost::asio::io_context& context_;
    wire::Ipv4 address_;
    Clock::duration idle_;
    OnInput on_input_;
    std::map<std::uint16_t, Port> ports_;
    boost::asio::steady_timer sweep_timer_;
    bool sweeping_ = false;
    std::shared_ptr<Ports*> self_;  // what handlers hold weakly: they may run after this object
};

}  // namespace twinline::live
