// One UDP socket of the kernel, bound for its lifetime. It is never connected: ICMP errors come
// through the error queue (IP_RECVERR), so that they keep the address that the datagram went to.
#pragma once

#include "reference_impl/wire/endpoint.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <optional>
#include <string>
#include <system_error>

namespace twinline::live {

struct Datagram {
    wire::Endpoint remote;
    std::string bytes;
};

struct Refusal {
    wire::Endpoint remote;  // where the datagram was to go
    unsigned code = 0;      // of ICMP type 3 (RFC 792)
};

class UdpSocket {
  public:
    // Throws std::system_error "bind 198.51.100.101:5060: Address already in use".
    UdpSocket(boost::asio::io_context& context, wire::Endpoint local);

    std::error_code send(wire::Endpoint remote, std::string_view bytes);
    std::optional<Datagram> receive();  // nothing: none is waiting
    std::optional<Refusal> refused();   // ICMP type 3 only

    // Calls `handler(error)` once when a datagram or an ICMP error waits.
    template <typename Handler>
    void async_wait(Handler handler) {
        socket_.async_wait(boost::asio::ip::udp::socket::wait_read, std::move(handler));
    }

    wire::Endpoint local() const { return local_; }

  private:
    boost::asio::ip::udp::socket socket_;
    wire::Endpoint local_;
    std::string buffer_;
};

}  // namespace twinline::live
