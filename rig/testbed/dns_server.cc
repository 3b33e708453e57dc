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
#include <map>
#include <utility>
#include <vector>

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
        let_go(asker.address().to_v4().to_uint(),
               [self = shared_from_this(), to = asker, text = *reply] {
                   Error lost_as_on_any_network;
                   self->socket.send_to(boost::asio::buffer(text), to, 0, lost_as_on_any_network);
               });
    }

    // An answer, when its asker is to have it.
    void let_go(std::uint32_t to, std::function<void()> send) {
        const auto found = manners.find(to);
        if (found == manners.end()) return send();
        auto& manner = found->second;
        if (manner.stalls) return manner.held.push_back(std::move(send));
        const auto timer =
            std::make_shared<boost::asio::steady_timer>(socket.get_executor(), manner.late);
        timer->async_wait([timer, send = std::move(send)](const Error& error) {
            if (!error) send();
        });
    }

    void accept();

    udp::socket socket;
    tcp::acceptor acceptor;
    udp::endpoint asker;
    std::array<char, 4096> query{};
    dns::NameServer names;
    struct Manner {
        Duration late{};
        bool stalls = false;
        std::vector<std::function<void()>> held{};
    };
    std::map<std::uint32_t, Manner> manners;  // by asker
};

namespace {

constexpr auto longest_silence = std::chrono::seconds(30);  // of an asker, then its connection ends
constexpr std::size_t longest_message = 65535;

// One asker's connection: each message with its length before it (RFC 1035 section 4.2.2).
class DnsConversation : public std::enable_shared_from_this<DnsConversation> {
  public:
    // Hands over the answer when it may go; false: there is none.
    using Then = std::function<void(std::string)>;
    using Answer = std::function<bool(std::uint32_t, std::string_view, Then)>;

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
        timer_.cancel();  // whoever waits for an answer is not silent
        const bool answers =
            answer_(asker.address().to_v4().to_uint(), query_,
                    [self = shared_from_this()](std::string reply) { self->write(reply); });
        if (server_.expired()) return end();
        if (!answers) listen();
    }

    void write(const std::string& reply) {
        reply_ = {static_cast<char>(reply.size() >> 8U), static_cast<char>(reply.size() & 0xffU)};
        reply_ += reply;
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
        const auto answer = [weak](std::uint32_t who, std::string_view asked,
                                   const DnsConversation::Then& then) {
            const auto server = weak.lock();
            if (!server) return false;
            const auto reply = server->names.answer(who, asked, longest_message);
            if (reply) server->let_go(who, [then, reply] { then(*reply); });
            return reply.has_value();
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
    state_->manners.clear();
    Error ignored;
    state_->socket.close(ignored);
    state_->acceptor.close(ignored);
}

dns::NameServer& DnsServer::names() { return state_->names; }

void DnsServer::delay(std::uint32_t asker, Duration late) { state_->manners[asker].late = late; }

void DnsServer::stall(std::uint32_t asker) { state_->manners[asker].stalls = true; }

void DnsServer::serve(std::uint32_t asker) {
    const auto manner = state_->manners.extract(asker);
    if (manner.empty()) return;
    for (const auto& send : manner.mapped().held) send();
}

}  // namespace twinline::testbed
