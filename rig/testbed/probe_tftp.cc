// The answers come from another port than was asked, so the socket is not connected; ICMP errors
// have to be asked for.
#include "rig/testbed/probe_tftp.hh"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cstdint>
#include <netinet/in.h>

namespace twinline::testbed {

namespace asio = boost::asio;
using asio::ip::udp;

udp::socket open_tftp(const asio::any_io_executor& executor, const Netns& from,
                      const FileQuestion& question) {
    const InNetns inside(from);
    udp::socket socket(executor, udp::endpoint(asio::ip::make_address_v4(question.source), 0));
    socket.set_option(asio::detail::socket_option::boolean<IPPROTO_IP, IP_RECVERR>(true));
    return socket;
}

asio::awaitable<void> ask_tftp(udp::socket& socket, const FileQuestion& question,
                               ProbeResult& result) {
    constexpr std::size_t head = 4, block = 512;
    const udp::endpoint server(asio::ip::make_address_v4(question.host), question.port);
    std::string request("\0\1", 2);
    request += question.file;
    request += std::string("\0octet\0", 7);
    socket.send_to(asio::buffer(request), server);
    std::array<unsigned char, head + block> packet{};
    for (unsigned due = 1;;) {
        udp::endpoint from;
        const auto [error, size] = co_await socket.async_receive_from(
            asio::buffer(packet), from, asio::as_tuple(asio::use_awaitable));
        if (error == asio::error::connection_refused) result.refused = true;
        if (error) co_return;
        if (size < head || from.address() != server.address()) continue;
        const unsigned opcode = packet[1], value = packet[2] << 8U | packet[3];
        if (opcode == 5) {
            result.answered = true;
            result.status = static_cast<int>(value);
            co_return;
        }
        if (opcode != 3) continue;
        const std::array<unsigned char, head> acknowledged{0, 4, packet[2], packet[3]};
        socket.send_to(asio::buffer(acknowledged), from);
        if (value != due) continue;
        ++due;
        result.answered = true;
        result.bytes += size - head;
        if (size < head + block) co_return;
    }
}

}  // namespace twinline::testbed
