// The peer's reading loop and the bounded wait.
#include "tests/live/loopback.hh"

namespace twinline::live {

std::uint16_t free_port(boost::asio::io_context& context) {
    using boost::asio::ip::udp;
    const udp::socket socket(context, udp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    return socket.local_endpoint().port();
}

bool run_until(boost::asio::io_context& context, const std::function<bool()>& done,
               std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!done()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        context.run_one_until(deadline);
    }
    return true;
}

Peer::Peer(boost::asio::io_context& context, wire::Endpoint local,
           std::function<void(Peer&, const Datagram&)> on_datagram)
    : socket_(context, local), on_datagram_(std::move(on_datagram)) {
    wait();
}

void Peer::wait() {
    socket_.async_wait([this](const auto& error) {
        if (error) return;
        while (auto datagram = socket_.receive()) {
            received_.push_back(*datagram);
            if (on_datagram_) on_datagram_(*this, *datagram);
        }
        wait();
    });
}

}  // namespace twinline::live
