// A UDP peer on the loopback that shares the io_context of what it talks to, and waiting with a
// deadline: no test sleeps.
#pragma once

#include "reference_impl/live/udp_socket.hh"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <vector>

namespace twinline::live {

inline constexpr wire::Ipv4 loopback{0x7f000001};

// A port of the loopback that was free a moment ago.
std::uint16_t free_port(boost::asio::io_context& context);

// Runs handlers until `done` or the deadline; returns whether it is done.
bool run_until(boost::asio::io_context& context, const std::function<bool()>& done,
               std::chrono::milliseconds limit = std::chrono::seconds(5));

class Peer {
  public:
    // `on_datagram` may be empty: then the peer only listens.
    Peer(boost::asio::io_context& context, wire::Endpoint local,
         std::function<void(Peer&, const Datagram&)> on_datagram = {});

    wire::Endpoint local() const { return socket_.local(); }
    const std::vector<Datagram>& received() const { return received_; }
    void send(wire::Endpoint remote, std::string_view bytes) { socket_.send(remote, bytes); }

  private:
    void wait();

    UdpSocket socket_;
    std::function<void(Peer&, const Datagram&)> on_datagram_;
    std::vector<Datagram> received_;
};

}  // namespace twinline::live
