// A socket keeps the namespace in which it was opened, so the rig's one thread can serve it from
// where it is.
#include "rig/testbed/dns_server.hh"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <functional>
#include <utility>

namespace twinline::testbed {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;
using Error = boost::system::error_code;

struct DnsServer::State : std::enable_shared_from_this<DnsServer::State> {
    State(boost::asio::io_context& io, const udp::endpoint& at, dns::NameServer mind)
        : socket(io, at),
          acceptor(io, tcp::endpoint(at.address(), at.port())),
          names(std::move(mind)) {}

    void listen() {
        socket.async_receive_from(boost::asio::buffer(query), asker,
                                  [self = shared_from_this()](const auto& error, std::size_t size) {
                                      if (!self->socket.is_open()) return;
                                      // An ICMP error from an earlier answer arrives here too.
                                      if (!error) self->answer(size);
                                      self->listen();
                                  });
    }

    void answer(std::size_t size) {
        const auto reply =
            names.answer(asker.address().to_v4().to_uint(), std::string_view(query.data(), size));
        if (!reply) return;
        Error lost_as_on_any_network;
        socket.send_to(boost::asio::buffer(*reply), asker, 0, lost_as_on_any_network);
    }

    void accept();

    udp::socket socket;
    tcp::acceptor acceptor;
    udp::endpoint asker;
    std::array<char, 4096> query{};
    dns::NameServer names;
};

namespace {

constexpr auto longest_silence = std::chrono::seconds(30);  // of an asker, then its connection ends
constexpr std::size_t longest_message = 65535;

// One asker's connection: each message with its length before it (RFC 1035 section 4.2.2).
class DnsConversation : public std::enable_shared_from_this<DnsConversation> {
  public:
    using Answer = std::function<std::optional<std::string>(std::uint32_t, std::string_view)>;

    DnsConversation(tcp::socket socket, Answer answer, std::weak_ptr<void> server)
        : socket_(std::move(socket)),
          timer_(socket_.get_executor()),
          answer_(std::move(answer)),
          server_(std::move(server)) {}

    void listen() {
        timer_.expires_after(longest_silence);
        timer_.async_wait([self = shared_from_this()](const Error& error) {
            if (!error) self->end();
        });
        read(2, [self = shared_from_this()] {
            const auto high = static_cast<unsigned char>(self->query_[0]);
            const auto low = static_cast<unsigned char>(self->query_[1]);
            const std::size_t size = static_cast<std::size_t>(high) << 8U | low;
            self->read(size, [self] { self->answer(); });
        });
    }

  private:
    template <typename Then>
    void read(std::size_t size, Then then) {
        query_.resize(size);
        boost::asio::async_read(socket_, boost::asio::buffer(query_),
                                [self = shared_from_this(), then](const Error& error, std::size_t) {
                                    if (error) return self->end();
                                    then();
                                });
    }

    void answer() {
        Error error;
        const auto asker = socket_.remote_endpoint(error);
        if (error) return;
        const auto reply = answer_(asker.address().to_v4().to_uint(), query_);
        if (server_.expired()) return end();
        if (!reply) return listen();
        reply_ = {static_cast<char>(reply->size() >> 8U), static_cast<char>(reply->size() & 0xffU)};
        reply_ += *reply;
        boost::asio::async_write(socket_, boost::asio::buffer(reply_),
                                 [self = shared_from_this()](const Error& failed, std::size_t) {
                                     if (!failed) self->listen();
                                 });
    }

    void end() {
        timer_.cancel();
        Error ignored;
        socket_.close(ignored);
    }

    tcp::socket socket_;
    boost::asio::steady_timer timer_;
    Answer answer_;
    std::weak_ptr<void> server_;
    std::string query_, reply_;
};

}  // namespace

void DnsServer::State::accept() {
    acceptor.async_accept([weak = weak_from_this()](const Error& error, tcp::socket taken) {
        const auto self = weak.lock();
        if (error || !self || !self->acceptor.is_open()) return;
        const auto answer = [weak](std::uint32_t who, std::string_view asked) {
            const auto server = weak.lock();
            return server ? server->names.answer(who, asked, longest_message) : std::nullopt;
        };
        std::make_shared<DnsConversation>(std::move(taken), answer, weak)->listen();
        self->accept();
    });
}

DnsServer::DnsServer(boost::asio::io_context& io, const Netns& netns, const std::string& address,
                     dns::NameServer names) {
    constexpr std::uint16_t domain_port = 53;
    const InNetns inside(netns);
    state_ = std::make_shared<State>(
        io, udp::endpoint(boost::asio::ip::make_address_v4(address), domain_port),
        std::move(names));
    state_->listen();
    state_->accept();
}

DnsServer::~DnsServer() {
    Error ignored;
    state_->socket.close(ignored);
    state_->acceptor.close(ignored);
}

dns::NameServer& DnsServer::names() { return state_->names; }

}  // namespace twinline::testbed
