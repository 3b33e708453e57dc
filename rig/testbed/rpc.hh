// Kamailio's management interface: JSON-RPC 2.0 over a unix datagram socket (module jsonrpcs), one
// call at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace twinline::testbed {

class Rpc {
  public:
    // `server` need not exist yet; `own` is made here and removed in the end.
    Rpc(boost::asio::io_context& io, std::filesystem::path server, std::filesystem::path own);
    ~Rpc();
    Rpc(const Rpc&) = delete;
    Rpc& operator=(const Rpc&) = delete;

    // The result; an error of Kamailio, or no answer in time, is a std::runtime_error that names
    // the method.
    boost::asio::awaitable<nlohmann::json> call(
        std::string method, nlohmann::json params,
        std::chrono::nanoseconds within = std::chrono::seconds(1));

  private:
    boost::asio::awaitable<nlohmann::json> receive(int id);

    std::filesystem::path server_, own_;
    boost::asio::local::datagram_protocol::socket socket_;
    int last_id_ = 0;
};

}  // namespace twinline::testbed
