// A real Kamailio as registrar and proxy of one host, whose behaviour towards each source address
// can be changed while it runs.
#pragma once

#include "rig/scenario/holdings.hh"
#include "rig/scenario/scenario.hh"
#include "rig/testbed/authority.hh"
#include "rig/testbed/key_log.hh"
#include "rig/testbed/process.hh"
#include "rig/testbed/rpc.hh"
#include "rig/testbed/server_log.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::testbed {

class Kamailio {
  public:
    using Died = std::function<void(const std::string& what)>;  // with the last lines of its log

    // `authority` signs its certificate, `keys` is what it writes its TLS keys to, `config` is the
    // template fixtures/kamailio/registrar.cfg; `died` is called if it ends by itself.
    Kamailio(boost::asio::io_context& io, const scenario::Topology& topology,
             const scenario::Host& host, const Netns& netns, const Authority& authority,
             const KeyLog& keys, const std::filesystem::path& config, Died died);
    Kamailio(const Kamailio&) = delete;
    Kamailio& operator=(const Kamailio&) = delete;

    // Until it answers RPC; throws with its log when it dies or the time is up.
    boost::asio::awaitable<void> ready(std::chrono::nanoseconds within);

    // What it does to requests of one method ("REGISTER", or "*" for all) from one source address
    // instead of serving them: "503:7" (status and Retry-After), "403", "0" (no answer), "1:800"
    // (serves them 800 ms late).
    boost::asio::awaitable<void> behave(std::string source, std::string method, std::string rule);
    boost::asio::awaitable<void> forget(std::string source);  // every method of it

    // Of a proxy: how it finds the server at `address` when it asks for this source.
    enum class Server { alive, dead };
    boost::asio::awaitable<void> believe(Server server, std::string source, std::string address);

    // Sends a NOTIFY of `event` ("check-sync") outside any dialog to the phone at this address.
    boost::asio::awaitable<void> notify(std::string phone, std::string event);
    // Of a topology with notifiers: tells those who subscribed from this address of `what`, a word
    // of scenario::notices() that needs a subscription.
    boost::asio::awaitable<void> tell(std::string source, std::string what);

    // What it holds of the phone at any of these addresses, or of every phone where there are none.
    boost::asio::awaitable<scenario::Holdings> holdings(std::vector<std::string> sources);
    // Those of the phones at `sources`.
    boost::asio::awaitable<void> forget_bindings(std::vector<std::string> sources);
    // Of a topology that shares its location: whether it knows that these servers share it.
    boost::asio::awaitable<bool> shares_with(std::vector<std::string> addresses);

    const std::string& role() const { return host_.role; }
    const std::string& address() const { return host_.address; }
    const std::string& realm() const { return realm_; }
    const std::deque<std::string>& log() const { return log_.lines(); }  // the newest lines
    bool alive() const { return process_ && process_->alive(); }
    // To all its processes, if it has any.
    void signal(int signal) const;
    // Its processes stand still as long as somebody holds them (standstill.hh).
    void hold();
    void release();
    bool stands_still() const { return holds_ > 0; }
    // It is gone, with all that it knew, as long as somebody keeps it so (crash.hh). The last one
    // that does no longer starts it again, and must wait until it is ready.
    void go_down();
    enum class Still { down, starting };
    Still come_up();
    bool is_down() const { return downs_ > 0; }

  private:
    boost::asio::awaitable<void> end_subscriptions(std::string source);
    std::string death(int status) const;
    void start();

    boost::asio::io_context& io_;
    scenario::Host host_;
    std::string realm_;
    std::filesystem::path directory_;
    const Netns& netns_;
    std::vector<std::pair<std::string, std::string>> environment_;
    bool notifies_;
    Died died_;
    ServerLog log_;
    unsigned holds_ = 0, downs_ = 0;
    std::unique_ptr<Rpc> rpc_;
    std::unique_ptr<Process> process_;
};

}  // namespace twinline::testbed
