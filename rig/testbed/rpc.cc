// One datagram a call; answers carry the id of their question (JSON-RPC 2.0 section 5), so a late
// one is not mistaken.
#include "rig/testbed/rpc.hh"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace twinline::testbed {
namespace {

using boost::asio::redirect_error;
using boost::asio::use_awaitable;
using boost::asio::local::datagram_protocol;

constexpr std::size_t largest_answer = 1 << 17;

}  // namespace

Rpc::Rpc(boost::asio::io_context& io, std::filesystem::path server, std::filesystem::path own)
    : server_(std::move(server)),
      own_(std::move(own)),
      socket_(io, datagram_protocol::endpoint(own_.string())) {}

Rpc::~Rpc() {
    std::error_code ignored;
    std::filesystem::remove(own_, ignored);
}

boost::asio::awaitable<nlohmann::json> Rpc::call(std::string method, nlohmann::json params,
                                                 std::chrono::nanoseconds within) {
    using namespace boost::asio::experimental::awaitable_operators;
    const int id = ++last_id_;
    const std::string request = nlohmann::json{
        {"jsonrpc", "2.0"},
        {"method", method},
        {"params", std::move(params)},
        {"id", id}}.dump();
    boost::system::error_code error;
    co_await socket_.async_send_to(boost::asio::buffer(request),
                                   datagram_protocol::endpoint(server_.string()),
                                   redirect_error(use_awaitable, error));
    if (error) throw std::runtime_error(fmt::format("{}: {}", method, error.message()));
    boost::asio::steady_timer timer(socket_.get_executor(), within);
    auto outcome = co_await (receive(id) || timer.async_wait(use_awaitable));
    if (outcome.index() == 1) throw std::runtime_error(method + ": no answer");
    const auto& answer = std::get<0>(outcome);
    if (answer.contains("error")) {
        throw std::runtime_error(fmt::format("{}: {}", method, answer["error"].dump()));
    }
    co_return answer.value("result", nlohmann::json());
}

boost::asio::awaitable<nlohmann::json> Rpc::receive(int id) {
    std::string buffer(largest_answer, '\0');
    for (;;) {
        const auto size =
            co_await socket_.async_receive(boost::asio::buffer(buffer), use_awaitable);
        const auto answer = nlohmann::json::parse(buffer.substr(0, size), nullptr, false);
        // An answer that came after its call had been given up is not ours.
        if (answer.is_object() && answer.value("id", 0) == id) co_return answer;
    }
}

}  // namespace twinline::testbed
