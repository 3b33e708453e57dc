// The messages are written out by hand: the rig's probe must not fail or pass with a parser of the
// phone or of the decoder.
#include "rig/testbed/probe.hh"

#include "rig/testbed/as_pair.hh"
#include "rig/testbed/probe_request.hh"
#include "rig/testbed/probe_stream.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <random>
#include <string_view>

namespace twinline::testbed {
namespace {

using boost::asio::use_awaitable;
using boost::asio::ip::make_address_v4;
using boost::asio::ip::tcp;
using boost::asio::ip::udp;
using namespace std::chrono_literals;

constexpr auto again_after = 200ms;

// What is sent, and the status of an answer to it; nothing for a packet that is none.
struct Question {
    std::string octets;
    std::string call_id;
    std::string dns_id;
    std::string transaction;
    std::function<std::optional<int>(std::string_view)> status_of;
    Sending sending = Sending::again;
};

Question sip_question(SipRequest request) {
    Question question;
    question.octets = request.octets;
    question.call_id = request.call_id;
    question.status_of = [request = std::move(request)](std::string_view answer) {
        return request.status_of(answer);
    };
    return question;
}

// RFC 1035 section 4.1: one question, class IN.
Question question_of(const ZoneQuestion& asked) {
    const auto& name = asked.name;
    const auto id = static_cast<std::uint16_t>(std::random_device()());
    const std::string id_octets{static_cast<char>(id >> 8), static_cast<char>(id & 0xff)};
    Question question;
    question.dns_id = std::to_string(id);
    question.octets = id_octets + std::string("\x01\0\0\x01\0\0\0\0\0\0", 10);
    for (std::size_t begin = 0; begin < name.size();) {
        const auto end = std::min(name.find('.', begin), name.size());
        if (end > begin) {
            question.octets += static_cast<char>(end - begin);
            question.octets += name.substr(begin, end - begin);
        }
        begin = end + 1;
    }
    question.octets += {'\0', static_cast<char>(asked.type >> 8U),
                        static_cast<char>(asked.type & 0xffU), '\0', '\x01'};
    question.status_of = [id_octets](std::string_view answer) -> std::optional<int> {
        if (answer.size() < 12 || answer.substr(0, 2) != id_octets) return {};
        return answer[3] & 0x0f;
    };
    return question;
}

// RFC 5389 section 6: a header and no attribute.
Question binding() {
    const std::string mark = own_token().substr(0, 12);
    Question question;
    for (const char c : mark) question.transaction += fmt::format("{:02x}", c);
    question.octets = std::string("\0\x01\0\0\x21\x12\xa4\x42", 8) + mark;
    question.status_of = [mark](std::string_view answer) -> std::optional<int> {
        constexpr char success = 1, error = 0x11;
        if (answer.size() < 20 || answer[0] != 1 || answer.substr(8, 12) != mark) return {};
        if (answer[1] != success && answer[1] != error) return {};
        return answer[1] == error ? 400 : 0;
    };
    return question;
}

boost::asio::awaitable<void> send_until_cancelled(udp::socket& socket, const Question& question,
                                                  ProbeResult& result) {
    boost::asio::steady_timer pause(socket.get_executor());
    for (auto at = std::chrono::steady_clock::now();; at += again_after) {
        pause.expires_at(at);
        co_await pause.async_wait(use_awaitable);
        boost::system::error_code refused;  // the error of an earlier send may come out here
        socket.send(boost::asio::buffer(question.octets), 0, refused);
        if (refused) result.refused = true;
        ++result.sends;
        if (question.sending == Sending::once) break;
    }
    pause.expires_at(std::chrono::steady_clock::time_point::max());
    co_await pause.async_wait(use_awaitable);
}

boost::asio::awaitable<void> receive_answer(udp::socket& socket, const Question& question,
                                            ProbeResult& result) {
    std::array<char, 4096> packet{};
    while (!result.answered) {
        const auto [error, size] =
            co_await socket.async_receive(boost::asio::buffer(packet), as_pair);
        if (error == boost::asio::error::operation_aborted) co_return;
        if (error) {  // an ICMP error is not an answer
            result.refused = true;
            continue;
        }
        if (const auto status = question.status_of({packet.data(), size})) {
            result.answered = true;
            result.status = *status;
            result.rtt = wall_now() - result.sent;
        }
    }
}

udp::socket open_socket(const boost::asio::any_io_executor& executor, const Netns& from,
                        const std::string& source, const std::string& host, std::uint16_t port) {
    const InNetns inside(from);
    udp::socket socket(executor, udp::endpoint(make_address_v4(source), 0));
    socket.connect(udp::endpoint(make_address_v4(host), port));
    return socket;
}

boost::asio::awaitable<ProbeResult> ask(udp::socket socket, Question question, Duration deadline) {
    using namespace boost::asio::experimental::awaitable_operators;
    ProbeResult result;
    result.call_id = question.call_id;
    result.dns_id = question.dns_id;
    result.transaction = question.transaction;
    result.sent = wall_now();
    boost::asio::steady_timer timer(socket.get_executor(), deadline);
    co_await (send_until_cancelled(socket, question, result) ||
              receive_answer(socket, question, result) || timer.async_wait(use_awaitable));
    co_return result;
}

// Each message has its length before it (RFC 1035 section 4.2.2).
boost::asio::awaitable<void> ask_over(tcp::socket& socket, const std::string& host,
                                      const Question& question, ProbeResult& result) {
    constexpr std::uint16_t port = 53;
    if (!co_await connect(socket, host, port, result)) co_return;
    const auto size = question.octets.size();
    std::string message{static_cast<char>(size >> 8U), static_cast<char>(size & 0xffU)};
    message += question.octets;
    const auto [unsent, sent] =
        co_await boost::asio::async_write(socket, boost::asio::buffer(message), as_pair);
    if (unsent) co_return;
    std::array<char, 2> length{};
    const auto [cut, read] =
        co_await boost::asio::async_read(socket, boost::asio::buffer(length), as_pair);
    if (cut) co_return;
    std::string answer(static_cast<std::size_t>(static_cast<unsigned char>(length[0])) << 8U |
                           static_cast<unsigned char>(length[1]),
                       '\0');
    const auto [broken, got] =
        co_await boost::asio::async_read(socket, boost::asio::buffer(answer), as_pair);
    const auto status = broken ? std::nullopt : question.status_of(answer);
    result.answered = status.has_value();
    result.status = status.value_or(0);
    if (status) result.rtt = wall_now() - result.sent;
}

}  // namespace

boost::asio::awaitable<ProbeResult> probe_dns_over_tcp(const Netns& from, std::string source,
                                                       std::string host, ZoneQuestion asked,
                                                       Duration deadline) {
    using namespace boost::asio::experimental::awaitable_operators;
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto question = question_of(asked);
    auto socket = open_stream(executor, from, source);
    auto result = begun_over(socket);
    result.dns_id = question.dns_id;
    boost::asio::steady_timer timer(executor, deadline);
    co_await (ask_over(socket, host, question, result) || timer.async_wait(use_awaitable));
    co_return result;
}

std::string ProbeResult::to_string() const {
    if (!answered) return untrusted ? "untrusted" : refused ? "refused" : "silent";
    return fmt::format("answered {} in {:.1f} ms", status,
                       std::chrono::duration<double, std::milli>(rtt).count());
}

boost::asio::awaitable<ProbeResult> probe_sip(const Netns& from, std::string source,
                                              std::string host, std::uint16_t port,
                                              Duration deadline, std::string method,
                                              Sending sending) {
    auto socket = open_socket(co_await boost::asio::this_coro::executor, from, source, host, port);
    auto question =
        sip_question(request_to({host, port, source, socket.local_endpoint().port()}, method));
    question.sending = sending;
    co_return co_await ask(std::move(socket), std::move(question), deadline);
}

boost::asio::awaitable<ProbeResult> probe_stun(const Netns& from, std::string source,
                                               std::string host, std::uint16_t port,
                                               Duration deadline) {
    auto socket = open_socket(co_await boost::asio::this_coro::executor, from, source, host, port);
    co_return co_await ask(std::move(socket), binding(), deadline);
}

boost::asio::awaitable<ProbeResult> probe_dns(const Netns& from, std::string source,
                                              std::string host, ZoneQuestion asked,
                                              Duration deadline, Sending sending) {
    auto socket = open_socket(co_await boost::asio::this_coro::executor, from, source, host, 53);
    auto question = question_of(asked);
    question.sending = sending;
    co_return co_await ask(std::move(socket), std::move(question), deadline);
}

}  // namespace twinline::testbed
