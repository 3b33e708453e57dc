// A connection and a handshake, and only then the request.
#include "rig/testbed/probe_tls.hh"

#include "rig/testbed/as_pair.hh"
#include "rig/testbed/probe_request.hh"
#include "rig/testbed/probe_stream.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace twinline::testbed {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_head = 65536;

asio::awaitable<void> ask_securely(asio::ip::tcp::socket& socket, const SecureQuestion& question,
                                   const SipRequest& request, ProbeResult& result) {
    if (!co_await connect(socket, question.host, question.port, result)) co_return;
    SecureStream secure(socket, question.trust);
    if (!co_await secure.shake_hands(result)) co_return;
    const auto [unsent, sent] =
        co_await asio::async_write(secure.stream(), asio::buffer(request.octets), as_pair);
    if (unsent) co_return;
    std::string head;
    const auto [cut, size] = co_await asio::async_read_until(
        secure.stream(), asio::dynamic_buffer(head, longest_head), "\r\n\r\n", as_pair);
    const auto status = cut ? std::nullopt : request.status_of(head);
    if (!status) co_return;
    result.answered = true;
    result.status = *status;
    result.rtt = wall_now() - result.sent;
}

}  // namespace

asio::awaitable<ProbeResult> probe_sip_over_tls(const Netns& from, SecureQuestion question,
                                                Duration deadline) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    auto socket = open_stream(executor, from, question.source);
    const auto request = request_to(
        {question.host, question.port, question.source, socket.local_endpoint().port(), true},
        "OPTIONS");
    auto result = begun_over(socket);
    result.call_id = request.call_id;
    asio::steady_timer timer(executor, deadline);
    co_await (ask_securely(socket, question, request, result) || timer.async_wait(as_pair));
    co_return result;
}

}  // namespace twinline::testbed
