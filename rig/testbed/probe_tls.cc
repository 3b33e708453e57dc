// Nothing is said to a server whose certificate is not to be trusted.
#include "rig/testbed/probe_tls.hh"

#include "rig/testbed/as_pair.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <random>

namespace twinline::testbed {
namespace {

namespace asio = boost::asio;
using asio::ip::make_address_v4;
using asio::ip::tcp;

constexpr std::size_t longest_head = 65536;

std::string own_mark() {
    static std::random_device entropy;
    return fmt::format("{:08x}{:08x}", entropy(), entropy());
}

std::string options_over_tls(const SecureQuestion& question, std::uint16_t port,
                             const std::string& mark, const std::string& call_id) {
    return fmt::format(
        "OPTIONS sip:{0}:{1};transport=tls SIP/2.0\r\n"
        "Via: SIP/2.0/TLS {2}:{3};branch=z9hG4bK{4};rport\r\n"
        "Max-Forwards: 70\r\n"
        "From: <sip:probe@{2}>;tag={4}\r\n"
        "To: <sip:{0}>\r\n"
        "Call-ID: {5}\r\n"
        "CSeq: 1 OPTIONS\r\n"
        "Contact: <sip:probe@{2}:{3};transport=tls>\r\n"
        "Content-Length: 0\r\n\r\n",
        question.host, question.port, question.source, port, mark, call_id);
}

asio::awaitable<void> ask_securely(tcp::socket& socket, const SecureQuestion& question,
                                   const std::string& request, ProbeResult& result) {
    const tcp::endpoint there(make_address_v4(question.host), question.port);
    const auto [unconnected] = co_await socket.async_connect(there, as_pair);
    result.refused = unconnected == asio::error::connection_refused;
    if (unconnected) co_return;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(question.ca.string());
    asio::ssl::stream<tcp::socket&> secure(socket, context);
    secure.set_verify_mode(asio::ssl::verify_peer);
    secure.set_verify_callback(asio::ssl::host_name_verification(question.server_name));
    SSL_set_tlsext_host_name(secure.native_handle(), question.server_name.c_str());
    const auto [distrusted] =
        co_await secure.async_handshake(asio::ssl::stream_base::client, as_pair);
    result.untrusted = SSL_get_verify_result(secure.native_handle()) != X509_V_OK;
    if (distrusted) co_return;
    const auto [unsent, sent] = co_await asio::async_write(secure, asio::buffer(request), as_pair);
    if (unsent) co_return;
    std::string head;
    const auto [cut, size] = co_await asio::async_read_until(
        secure, asio::dynamic_buffer(head, longest_head), "\r\n\r\n", as_pair);
    constexpr std::string_view version = "SIP/2.0 ";
    if (cut || !head.starts_with(version)) co_return;
    result.answered = true;
    result.status = static_cast<int>(std::strtol(head.c_str() + version.size(), nullptr, 10));
    result.rtt = wall_now() - result.sent;
}

}  // namespace

asio::awaitable<ProbeResult> probe_sip_over_tls(const Netns& from, SecureQuestion question,
                                                Duration deadline) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    const auto open = [&] {
        const InNetns inside(from);
        return tcp::socket(executor, tcp::endpoint(make_address_v4(question.source), 0));
    };
    auto socket = open();
    const auto port = socket.local_endpoint().port();
    const auto mark = own_mark();
    ProbeResult result;
    result.call_id = fmt::format("probe-{}@{}", mark, question.source);
    result.socket = fmt::format("{}:{}", question.source, port);
    result.sent = wall_now();
    result.sends = 1;
    const auto request = options_over_tls(question, port, mark, result.call_id);
    asio::steady_timer timer(executor, deadline);
    co_await (ask_securely(socket, question, request, result) || timer.async_wait(as_pair));
    co_return result;
}

}  // namespace twinline::testbed
