// NTP's time stamps count seconds from 1900 in 32 bits, and fractions in 32 more.
#include "rig/testbed/udp_service.hh"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/ip/udp.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>

namespace twinline::testbed {

using boost::asio::ip::udp;
using Error = boost::system::error_code;

struct UdpService::State : std::enable_shared_from_this<UdpService::State> {
    State(boost::asio::io_context& io, Hear listener) : socket(io), hear(std::move(listener)) {}

    void listen() {
        socket.async_receive_from(
            boost::asio::buffer(octets), sender,
            [self = shared_from_this()](const Error& error, std::size_t size) {
                if (!self->socket.is_open()) return;
                if (!error) self->take({self->octets.data(), size});
                self->listen();
            });
    }

    void take(std::string_view datagram) {
        const auto reply = hear(datagram, sender.address().to_string());
        Error lost_as_on_any_network;
        if (reply) socket.send_to(boost::asio::buffer(*reply), sender, 0, lost_as_on_any_network);
    }

    udp::socket socket;
    udp::endpoint sender;
    std::array<char, 4096> octets{};
    Hear hear;
};

UdpService::UdpService(boost::asio::io_context& io, const Netns& netns, const std::string& address,
                       std::uint16_t port, Hear hear)
    : state_(std::make_shared<State>(io, std::move(hear))) {
    const auto at = boost::asio::ip::make_address_v4(address);
    const InNetns inside(netns);
    state_->socket.open(udp::v4());
    state_->socket.set_option(udp::socket::reuse_address(true));
    state_->socket.bind({at, port});
    if (at.is_multicast()) state_->socket.set_option(boost::asio::ip::multicast::join_group(at));
    state_->listen();
}

UdpService::~UdpService() {
    Error ignored;
    state_->socket.close(ignored);
}

namespace {

constexpr std::size_t ntp_size = 48, stamp_size = 8;
constexpr std::uint64_t from_1900_to_1970 = 2208988800U;

void put_stamp(std::string& packet, std::size_t at, Wall when) {
    using namespace std::chrono;
    const auto since = when.time_since_epoch();
    const auto whole = duration_cast<seconds>(since);
    const auto rest = static_cast<std::uint64_t>((since - whole).count());
    constexpr std::uint64_t billion = 1000000000U;
    const auto stamp = (static_cast<std::uint64_t>(whole.count()) + from_1900_to_1970) << 32U |
                       (rest << 32U) / billion;
    for (std::size_t i = 0; i < stamp_size; ++i)
        packet[at + i] = static_cast<char>(stamp >> (8 * (stamp_size - 1 - i)) & 0xffU);
}

}  // namespace

std::optional<std::string> ntp_answer(std::string_view question, Wall heard, Wall now) {
    constexpr unsigned client = 3, server = 4;
    if (question.size() < ntp_size) return std::nullopt;
    const auto first = static_cast<unsigned char>(question[0]);
    const unsigned version = first >> 3U & 7U;
    if ((first & 7U) != client || version < 1 || version > 4) return std::nullopt;
    std::string answer(ntp_size, '\0');
    answer[0] = static_cast<char>(version << 3U | server);
    answer[1] = 1;            // stratum: it has the time from nobody else
    answer[2] = question[2];  // poll interval
    answer[3] = '\xec';       // precision: 2^-20 s
    answer.replace(12, 4, "LOCL");
    put_stamp(answer, 16, heard);
    answer.replace(24, stamp_size, question.substr(40, stamp_size));
    put_stamp(answer, 32, heard);
    put_stamp(answer, 40, now);
    return answer;
}

std::string escaped(std::string_view foreign) {
    constexpr std::size_t longest = 1024;
    std::string text;
    for (const char c : foreign.substr(0, longest)) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < ' ' || octet > '~' || c == '\\')
            text += fmt::format("\\x{:02x}", octet);
        else
            text += c;
    }
    return foreign.size() > longest ? text + "..." : text;
}

}  // namespace twinline::testbed
