// Nothing is said to a server whose certificate is not to be trusted.
#include "rig/testbed/probe_stream.hh"

#include "rig/testbed/as_pair.hh"

#include <boost/asio/ssl.hpp>
#include <fmt/format.h>

namespace twinline::testbed {

namespace asio = boost::asio;
using asio::ip::make_address_v4;
using asio::ip::tcp;

tcp::socket open_stream(const asio::any_io_executor& executor, const Netns& from,
                        const std::string& source) {
    const InNetns inside(from);
    return {executor, tcp::endpoint(make_address_v4(source), 0)};
}

ProbeResult begun_over(const tcp::socket& socket) {
    const auto own = socket.local_endpoint();
    ProbeResult result;
    result.socket = fmt::format("{}:{}", own.address().to_string(), own.port());
    result.sent = wall_now();
    result.sends = 1;
    return result;
}

asio::awaitable<bool> connect(tcp::socket& socket, const std::string& host, std::uint16_t port,
                              ProbeResult& result) {
    const tcp::endpoint there(make_address_v4(host), port);
    const auto [error] = co_await socket.async_connect(there, as_pair);
    if (error == asio::error::connection_refused) result.refused = true;
    co_return !error;
}

SecureStream::SecureStream(tcp::socket& socket, const Trust& trust)
    : context_(asio::ssl::context::tls_client), stream_(socket, context_) {
    context_.load_verify_file(trust.ca.string());
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification(trust.server_name));
    SSL_set_tlsext_host_name(stream_.native_handle(), trust.server_name.c_str());
}

asio::awaitable<bool> SecureStream::shake_hands(ProbeResult& result) {
    const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, as_pair);
    result.untrusted = SSL_get_verify_result(stream_.native_handle()) != X509_V_OK;
    co_return !error;
}

}  // namespace twinline::testbed
