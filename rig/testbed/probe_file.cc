// Each protocol as plainly as it can be spoken: what the probe finds must not depend on what a
// library makes of a broken answer.
#include "rig/testbed/probe_file.hh"

#include "rig/testbed/as_pair.hh"
#include "rig/testbed/probe_stream.hh"
#include "rig/testbed/probe_tftp.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace twinline::testbed {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr std::size_t most = 65536;

int code_of(std::string_view text) {
    return static_cast<int>(std::strtol(std::string(text.substr(0, 3)).c_str(), nullptr, 10));
}

// Counts what comes, to the end of the connection.
template <typename Stream>
asio::awaitable<void> count_rest(Stream& stream, ProbeResult& result) {
    std::array<char, 4096> part{};
    for (;;) {
        const auto [error, size] = co_await stream.async_read_some(asio::buffer(part), as_pair);
        result.bytes += size;
        if (error) co_return;
    }
}

template <typename Stream>
asio::awaitable<void> get(Stream& stream, const FileQuestion& question, ProbeResult& result) {
    const auto request = fmt::format("GET /{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                                     question.file, question.trust.server_name);
    co_await asio::async_write(stream, asio::buffer(request), as_pair);
    std::string head;
    const auto [error, size] = co_await asio::async_read_until(
        stream, asio::dynamic_buffer(head, most), "\r\n\r\n", as_pair);
    if (error || !head.starts_with("HTTP/1.")) co_return;
    result.answered = true;
    result.status = code_of(std::string_view(head).substr(9));
    result.bytes = head.size() - size;
    co_await count_rest(stream, result);
}

asio::awaitable<void> ask_http(tcp::socket& socket, const FileQuestion& question,
                               ProbeResult& result) {
    if (!co_await connect(socket, question.host, question.port, result)) co_return;
    if (question.protocol == "http") {
        co_await get(socket, question, result);
        co_return;
    }
    SecureStream secure(socket, question.trust);
    if (co_await secure.shake_hands(result)) co_await get(secure.stream(), question, result);
}

// One whole reply (RFC 959 section 4.2); 0 when none comes.
asio::awaitable<int> reply(tcp::socket& control, std::string& held, std::string& line) {
    for (;;) {
        const auto [error, size] = co_await asio::async_read_until(
            control, asio::dynamic_buffer(held, most), '\n', as_pair);
        if (error) co_return 0;
        line = held.substr(0, size);
        held.erase(0, size);
        if (line.size() > 3 && line[3] == ' ' && code_of(line) >= 100) co_return code_of(line);
    }
}

asio::awaitable<void> ask_ftp(tcp::socket& control, tcp::socket& data, const FileQuestion& question,
                              ProbeResult& result) {
    if (!co_await connect(control, question.host, question.port, result)) co_return;
    std::string held, line;
    int code = co_await reply(control, held, line);
    for (const auto& command :
         {std::string("USER anonymous"), std::string("PASS probe"), std::string("TYPE I"),
          std::string("EPSV"), "RETR " + question.file}) {
        if (code >= 400) break;
        if (code == 0) co_return;
        const auto said = command + "\r\n";
        co_await asio::async_write(control, asio::buffer(said), as_pair);
        code = co_await reply(control, held, line);
        if (code != 229) continue;
        const auto port = std::strtoul(line.substr(line.find("|||") + 3).c_str(), nullptr, 10);
        if (!co_await connect(data, question.host, static_cast<std::uint16_t>(port), result))
            co_return;
    }
    if (code == 125 || code == 150) {
        co_await count_rest(data, result);
        code = co_await reply(control, held, line);
    }
    result.answered = code != 0 || result.bytes > 0;
    result.status = code;
}

}  // namespace

asio::awaitable<ProbeResult> probe_file(const Netns& from, FileQuestion question,
                                        Duration deadline) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    ProbeResult result;
    asio::steady_timer timer(executor, deadline);
    if (question.protocol == "tftp") {
        result.sent = wall_now();
        result.sends = 1;
        auto socket = open_tftp(executor, from, question);
        co_await (ask_tftp(socket, question, result) || timer.async_wait(as_pair));
    } else {
        auto socket = open_stream(executor, from, question.source);
        result = begun_over(socket);
        auto data = open_stream(executor, from, question.source);
        if (question.protocol == "ftp")
            co_await (ask_ftp(socket, data, question, result) || timer.async_wait(as_pair));
        else
            co_await (ask_http(socket, question, result) || timer.async_wait(as_pair));
    }
    result.file = question.file;
    result.rtt = wall_now() - result.sent;
    co_return result;
}

}  // namespace twinline::testbed
