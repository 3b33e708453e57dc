// A socket keeps the namespace in which it was opened, so the rig's one thread can serve it from
// where it is.
#include "rig/testbed/dns_server.hh"

#include <boost/asio/ip/address_v4.hpp>

#include <utility>

namespace twinline::testbed {

using boost::asio::ip::udp;

struct DnsServer::State : std::enable_shared_from_this<DnsServer::State> {
    State(boost::asio::io_context& io, const udp::endpoint& at, dns::NameServer mind)
        : socket(io, at), names(std::move(mind)) {}

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
        boost::system::error_code lost_as_on_any_network;
        socket.send_to(boost::asio::buffer(*reply), asker, 0, lost_as_on_any_network);
    }

    udp::socket socket;
    udp::endpoint asker;
    std::array<char, 4096> query{};
    dns::NameServer names;
};

DnsServer::DnsServer(boost::asio::io_context& io, const Netns& netns, const std::string& address,
                     dns::NameServer names) {
    constexpr std::uint16_t domain_port = 53;
    const InNetns inside(netns);
    state_ = std::make_shared<State>(
        io, udp::endpoint(boost::asio::ip::make_address_v4(address), domain_port),
        std::move(names));
    state_->listen();
}

DnsServer::~DnsServer() {
    boost::system::error_code ignored;
    state_->socket.close(ignored);
}

dns::NameServer& DnsServer::names() { return state_->names; }

}  // namespace twinline::testbed
