// The connections of a probe: opened from an address of its choice, and trusted over TLS or not.
#pragma once

#include "rig/testbed/probe.hh"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdint>
#include <string>

namespace twinline::testbed {

// A socket of that address.
boost::asio::ip::tcp::socket open_stream(const boost::asio::any_io_executor& executor,
                                         const Netns& from, const std::string& source);
// What will be known of a question that is asked over it now, and once.
ProbeResult begun_over(const boost::asio::ip::tcp::socket& socket);

// Whether it stands; that it was refused is noted.
boost::asio::awaitable<bool> connect(boost::asio::ip::tcp::socket& socket, const std::string& host,
                                     std::uint16_t port, ProbeResult& result);

// TLS over a connection that stands, for a server that has to be who it says (RFC 5922).
class SecureStream {
  public:
    using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

    SecureStream(boost::asio::ip::tcp::socket& socket, const Trust& trust);

    // Whether the server is trusted; that it is not is noted.
    boost::asio::awaitable<bool> shake_hands(ProbeResult& result);
    Stream& stream() { return stream_; }

  private:
    boost::asio::ssl::context context_;
    Stream stream_;
};

}  // namespace twinline::testbed
