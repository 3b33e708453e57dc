// A TCP or TLS server on the loopback that shares the io_context of what it talks to.
#pragma once

#include "reference_impl/wire/endpoint.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>

namespace twinline::live {

// Takes one connection, over TLS when it has a certificate.
class StreamPeer {
  public:
    // `answer`: what to send for what came; empty: the same again. `certificate`: a PEM file with
    // its key.
    explicit StreamPeer(boost::asio::io_context& context,
                        std::function<std::string(std::string)> answer = {},
                        const std::string& certificate = {});

    wire::Endpoint endpoint() const;
    void close();

  private:
    template <typename Layer>
    void read(Layer& layer);

    std::function<std::string(std::string)> answer_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ssl::context tls_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket>> stream_;
    std::array<char, 4096> buffer_{};
    std::string reply_;
};

}  // namespace twinline::live
