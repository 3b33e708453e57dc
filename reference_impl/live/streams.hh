// The phone's TCP and TLS connections. It opens, carries and closes what the phone says; what has
// become of a connection goes back as an input.
#pragma once

#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/output.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace twinline::live {

class Stream;

class Streams {
  public:
    using OnInput = std::function<void(phone::Input)>;

    // `ca_file`: PEM, of whom to trust (RFC 5922); empty: the system's. Throws std::system_error
    // that names it when it cannot be read.
    Streams(boost::asio::io_context& context, wire::Ipv4 address, const std::string& ca_file,
            OnInput on_input);
    ~Streams();
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    void open(const phone::Connect& connect);
    void send(unsigned connection, std::string bytes);
    void close(unsigned connection);

  private:
    void forget_closed();

    boost::asio::io_context& context_;
    wire::Ipv4 address_;
    boost::asio::ssl::context tls_;
    OnInput on_input_;
    std::map<unsigned, std::shared_ptr<Stream>> streams_;  // by number
};

}  // namespace twinline::live
