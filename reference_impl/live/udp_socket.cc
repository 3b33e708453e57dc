// The system calls behind a UDP socket: sendto, recvfrom, and recvmsg on the error queue (ip(7)).
#include "reference_impl/live/udp_socket.hh"

#include <boost/asio/error.hpp>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

namespace twinline::live {

namespace {

constexpr std::size_t largest_datagram = 65535;
constexpr int most_errors = 16;  // pending at one call; a socket that has more is broken

sockaddr_in to_kernel(wire::Endpoint endpoint) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address.value);
    return address;
}

wire::Endpoint from_kernel(const sockaddr_in& address) {
    return {{ntohl(address.sin_addr.s_addr)}, ntohs(address.sin_port)};
}

std::error_code last_error() { return {errno, std::generic_category()}; }

// The ICMP error inside a message of the error queue.
std::optional<unsigned> unreachable_code(msghdr& message) {
    for (auto* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != IPPROTO_IP || part->cmsg_type != IP_RECVERR) continue;
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(part), sizeof error);
        const bool unreachable =
            error.ee_origin == SO_EE_ORIGIN_ICMP && error.ee_type == ICMP_DEST_UNREACH;
        if (unreachable) return error.ee_code;
    }
    return std::nullopt;
}

}  // namespace

UdpSocket::UdpSocket(boost::asio::io_context& context, wire::Endpoint local)
    : socket_(context, boost::asio::ip::udp::v4()), local_(local), buffer_(largest_datagram, '\0') {
    socket_.non_blocking(true);
    const int on = 1;
    const auto attempt = "bind " + wire::to_string(local);
    if (setsockopt(socket_.native_handle(), IPPROTO_IP, IP_RECVERR, &on, sizeof on) != 0) {
        throw std::system_error(last_error(), attempt);
    }
    const auto address = to_kernel(local);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(socket_.native_handle(), generic, sizeof address) != 0) {
        throw std::system_error(last_error(), attempt);
    }
}

std::error_code UdpSocket::send(wire::Endpoint remote, std::string_view bytes) {
    const auto address = to_kernel(remote);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    // An earlier datagram's ICMP error is reported once by the next call, which then has sent
    // nothing.
    for (int attempt = 0; attempt < most_errors; ++attempt) {
        const auto sent = ::sendto(socket_.native_handle(), bytes.data(), bytes.size(), 0, generic,
                                   sizeof address);
        if (sent >= 0) return {};
    }
    return last_error();
}

std::optional<Datagram> UdpSocket::receive() {
    for (int attempt = 0; attempt < most_errors; ++attempt) {
        sockaddr_in address{};
        socklen_t length = sizeof address;
        const auto size = ::recvfrom(socket_.native_handle(), buffer_.data(), buffer_.size(), 0,
                                     reinterpret_cast<sockaddr*>(&address), &length);
        if (size >= 0) {
            return Datagram{from_kernel(address),
                            buffer_.substr(0, static_cast<std::size_t>(size))};
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
        // A pending ICMP error, which the error queue tells better; reading clears it.
    }
    return std::nullopt;
}

std::optional<Refusal> UdpSocket::refused() {
    for (;;) {
        sockaddr_in address{};
        std::array<char, 512> control{};
        std::array<char, 64> data{};
        iovec part{data.data(), data.size()};
        msghdr message{};
        message.msg_name = &address;
        message.msg_namelen = sizeof address;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        if (::recvmsg(socket_.native_handle(), &message, MSG_ERRQUEUE) < 0) return std::nullopt;
        if (const auto code = unreachable_code(message))
            return Refusal{from_kernel(address), *code};
    }
}

}  // namespace twinline::live
