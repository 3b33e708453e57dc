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

// Whose certificates are good (RFC 5922).
struct Trust {
    std::string ca_file;       // PEM; empty: the system's
    bool certificates = true;  // must be signed by a known authority
    bool names = true;         // and be for the server that was meant
};

class Stream;

class Streams {
  public:
    using OnInput = std::function<void(phone::Input)>;

    // Throws std::system_error that names the CA file which cannot be read.
    Streams(boost::asio::io_context& context, wire::Ipv4 address, Trust trust, OnInput on_input);
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
    Trust trust_;
    boost::asio::ssl::context tls_;
    OnInput on_input_;
    std::map<unsigned, std::shared_ptr<Stream>> streams_;  // by number
};

}  // namespace twinline::live
