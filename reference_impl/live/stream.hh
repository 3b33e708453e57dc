// One connection of the phone, over TCP or TLS, from its opening to its end. It keeps itself alive
// while an operation is under way; once it is closed it says nothing more.
#pragma once

#include "reference_impl/live/streams.hh"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <deque>

namespace twinline::live {

class Stream : public std::enable_shared_from_this<Stream> {
  public:
    Stream(boost::asio::io_context& context, boost::asio::ssl::context& tls,
           const phone::Connect& connect, Streams::OnInput on_input);

    void start(wire::Ipv4 own_address);
    void send(std::string bytes);
    void close();
    bool is_closed() const { return closed_; }

  private:
    using Error = boost::system::error_code;

    boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }
    void expect_name(const std::string& name);
    void shake_hands();
    void up();
    void read();
    void write();
    void fail(const Error& error);
    void fail(const std::string& reason);

    unsigned id_;
    wire::Endpoint remote_;
    bool encrypted_;
    bool closed_ = false;
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    Streams::OnInput on_input_;
    std::array<char, 4096> buffer_{};
    std::deque<std::string> unsent_;
    std::size_t unsent_size_ = 0;
};

}  // namespace twinline::live
