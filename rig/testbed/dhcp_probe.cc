// Two servers on one wire would give a handset its address by chance, so ours stays away where
// another one is heard (RFC 2131 section 4.3.1). Whole frames, because the interface is a port of a
// bridge and has no address.
#include "rig/testbed/as_pair.hh"
#include "rig/testbed/dhcp_server.hh"
#include "rig/testbed/fd.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <random>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace twinline::testbed {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_link = 4s, one_answer = 700ms;
constexpr unsigned questions = 3;
constexpr std::size_t ethernet = 14, ip = 20, udp = 8, bootp = 236;
constexpr std::size_t message = ethernet + ip + udp;
constexpr std::string_view cookie = "\x63\x82\x53\x63";

using Xid = std::array<char, 4>;

void put16(std::string& octets, std::size_t at, unsigned value) {
    octets[at] = static_cast<char>(value >> 8U);
    octets[at + 1] = static_cast<char>(value & 0xffU);
}

unsigned checksum(std::string_view octets) {
    unsigned sum = 0;
    for (std::size_t i = 0; i + 1 < octets.size(); i += 2)
        sum +=
            static_cast<unsigned char>(octets[i]) << 8U | static_cast<unsigned char>(octets[i + 1]);
    while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
    return ~sum & 0xffffU;
}

// A DISCOVER from a MAC address that is nobody's, with the broadcast flag, so that every server's
// answer comes here. UDP's checksum is left out, as it may be.
std::string discover(const Xid& xid) {
    const std::string mac = std::string("\x02\x54\x4c", 3) + std::string(xid.data(), 3);
    std::string frame(message + bootp, '\0');
    frame.replace(0, 6, 6, '\xff');
    frame.replace(6, 6, mac);
    put16(frame, 12, ETH_P_IP);
    auto* const dhcp = frame.data() + message;
    dhcp[0] = 1;  // BOOTREQUEST
    dhcp[1] = 1;  // Ethernet
    dhcp[2] = 6;
    std::copy(xid.begin(), xid.end(), dhcp + 4);
    dhcp[10] = '\x80';
    std::copy(mac.begin(), mac.end(), dhcp + 28);
    frame += cookie;
    frame += std::string("\x35\x01\x01\x37\x03\x01\x03\x06\xff", 9);
    frame.resize(message + 300, '\0');
    frame[ethernet] = 0x45;
    put16(frame, ethernet + 2, static_cast<unsigned>(frame.size() - ethernet));
    frame[ethernet + 8] = 64;
    frame[ethernet + 9] = IPPROTO_UDP;
    frame.replace(ethernet + 16, 4, 4, '\xff');
    put16(frame, ethernet + 10, checksum(std::string_view(frame).substr(ethernet, ip)));
    put16(frame, ethernet + ip, 68);
    put16(frame, ethernet + ip + 2, 67);
    put16(frame, ethernet + ip + 4, static_cast<unsigned>(frame.size() - ethernet - ip));
    return frame;
}

// Who sent this frame, when it answers our question.
std::string answerer(std::string_view frame, const Xid& xid) {
    if (frame.size() < message + bootp + cookie.size()) return {};
    const auto protocol = frame.substr(12, 2);
    if (protocol != std::string_view("\x08\x00", 2) || frame[ethernet] != 0x45 ||
        frame[ethernet + 9] != IPPROTO_UDP)
        return {};
    const auto dhcp = frame.substr(message);
    if (dhcp[0] != 2 || dhcp.substr(4, 4) != std::string_view(xid.data(), xid.size())) return {};
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, frame.data() + ethernet + 12, text.data(), text.size());
    return text.data();
}

bool has_link(const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    const Fd socket(check("socket", ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
    check("flags of " + interface, ::ioctl(socket.get(), SIOCGIFFLAGS, &request));
    return (request.ifr_flags & IFF_RUNNING) != 0;
}

asio::awaitable<void> sleep(asio::io_context& io, Clock::duration time) {
    asio::steady_timer timer(io, time);
    co_await timer.async_wait(asio::use_awaitable);
}

Fd packet_socket(const std::string& interface) {
    Fd socket(check("packet socket", ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                              htons(ETH_P_ALL))));
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(ETH_P_ALL);
    at.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    check("listen on " + interface,
          ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at));
    return socket;
}

}  // namespace

asio::awaitable<std::string> foreign_dhcp_server(asio::io_context& io, std::string interface) {
    using namespace asio::experimental::awaitable_operators;
    const auto linked_by = Clock::now() + longest_link;
    while (!has_link(interface)) {
        if (Clock::now() >= linked_by) co_return std::string();
        co_await sleep(io, 20ms);
    }
    std::random_device random;
    Xid xid{};
    for (auto& octet : xid) octet = static_cast<char>(random());
    const auto frame = discover(xid);
    asio::posix::stream_descriptor socket(io, packet_socket(interface).release());
    std::array<char, 2048> heard{};
    for (unsigned i = 0; i < questions; ++i) {
        check("send on " + interface,
              ::send(socket.native_handle(), frame.data(), frame.size(), 0));
        asio::steady_timer patience(io, one_answer);
        for (;;) {
            const auto got = co_await (socket.async_read_some(asio::buffer(heard), as_pair) ||
                                       patience.async_wait(as_pair));
            if (got.index() == 1) break;
            const auto [error, size] = std::get<0>(got);
            if (error) break;
            if (auto found = answerer({heard.data(), size}, xid); !found.empty()) co_return found;
        }
    }
    co_return std::string();
}

}  // namespace twinline::testbed
