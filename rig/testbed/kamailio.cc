// The template is filled in, the child started in its host's namespace, and everything later goes
// through its RPC: no restart, so bindings and sockets stay as they are.
#include "rig/testbed/kamailio.hh"

#include "rig/testbed/holdings.hh"
#include "rig/testbed/kamailio_files.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/process_group.hh"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

constexpr const char* rpc_socket = "rpc";

// What a word of scenario::notices() is published as.
std::string event_of(std::string_view what) {
    return what == "waiting" || what == "nothing" ? "message-summary" : "dialog";
}

std::string_view type_of(std::string_view event) {
    return event == "dialog" ? "application/dialog-info+xml" : "application/simple-message-summary";
}

std::string body_of(std::string_view what, std::string_view watched) {
    if (what == "waiting") return "Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n";
    if (what == "nothing") return "Messages-Waiting: no\r\n";
    const auto* state = what == "ringing"   ? "early"
                        : what == "talking" ? "confirmed"
                                            : "terminated";
    return fmt::format(
        "<?xml version=\"1.0\"?>\r\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" "
        "version=\"0\" state=\"full\" entity=\"{}\"><dialog id=\"1\"><state>{}</state></dialog>"
        "</dialog-info>\r\n",
        watched, state);
}

std::vector<std::string> keys_of(const nlohmann::json& table, const std::string& prefix) {
    std::vector<std::string> keys;
    for (const auto& entry : table) {
        for (const auto& slot : entry.at("slot")) {
            auto name = slot.at("name").get<std::string>();
            if (name.starts_with(prefix)) keys.push_back(std::move(name));
        }
    }
    return keys;
}

}  // namespace

Kamailio::Kamailio(boost::asio::io_context& io, const scenario::Topology& topology,
                   const scenario::Host& host, const Netns& netns, const Authority& authority,
                   const KeyLog& keys, const std::filesystem::path& config, Died died)
    : io_(io),
      host_(host),
      realm_(host.role + '.' + topology.domain),
      directory_(work_area() / ("server-" + host.role)),
      netns_(netns),
      environment_(keys.environment()),
      notifies_(topology.notifier_grants != 0 && host.runs == scenario::HostRuns::kamailio),
      died_(std::move(died)) {
    if (find_program("kamailio").empty()) {
        throw Unavailable("kamailio is not installed",
                          "apt-get install kamailio kamailio-json-modules kamailio-tls-modules "
                          "kamailio-outbound-modules kamailio-presence-modules");
    }
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    write_configuration(config, directory_, topology, host, realm_, authority);
    rpc_ = std::make_unique<Rpc>(io, directory_ / rpc_socket, directory_ / "rpc-client");
    start();
}

void Kamailio::start() {
    const auto own_config = (directory_ / config_file).string();
    std::filesystem::remove(directory_ / rpc_socket);  // of one that crashed
    Spawn spawn;
    spawn.argv = {"kamailio", "-DD", "-E", "-Y", directory_.string(), "-f", own_config,
                  "-m",       "16",  "-M", "4"};
    spawn.netns = &netns_;
    spawn.directory = directory_;
    spawn.environment = environment_;
    spawn.on_line = [this](Stream, std::string_view line) { log_.keep(line); };
    spawn.on_exit = [this](int status) {
        if (died_) died_(death(status));
    };
    process_ = std::make_unique<Process>(io_, std::move(spawn));
}

boost::asio::awaitable<void> Kamailio::ready(std::chrono::nanoseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
    for (;;) {
        if (is_down()) throw std::runtime_error("kamailio " + role() + " went down again");
        if (!alive()) throw std::runtime_error(death(process_->status()));
        std::string reason;
        try {
            co_await rpc_->call("core.version", nlohmann::json::array(), 100ms);
            co_return;
        } catch (const std::runtime_error& error) {
            reason = error.what();
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            throw std::runtime_error(fmt::format("kamailio {} is not ready ({}): {}", role(),
                                                 reason, fmt::join(log_.lines(), "\n")));
        }
        pause.expires_after(5ms);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<void> Kamailio::behave(std::string source, std::string method,
                                              std::string rule) {
    auto entry = nlohmann::json::array({"behaviour", source + ':' + method, rule});
    co_await rpc_->call("htable.sets", std::move(entry));
}

boost::asio::awaitable<void> Kamailio::forget(std::string source) {
    auto all = nlohmann::json::array({"behaviour"});
    const auto table = co_await rpc_->call("htable.dump", std::move(all));
    for (const auto& key : keys_of(table, source + ':')) {
        auto entry = nlohmann::json::array({"behaviour", key});
        co_await rpc_->call("htable.delete", std::move(entry));
    }
}

boost::asio::awaitable<void> Kamailio::believe(Server server, std::string source,
                                               std::string address) {
    auto entry = nlohmann::json::array({"dead", source + ':' + address});
    if (server == Server::dead) entry.push_back("yes");
    co_await rpc_->call(server == Server::dead ? "htable.sets" : "htable.delete", std::move(entry));
}

boost::asio::awaitable<void> Kamailio::notify(std::string phone, std::string event) {
    const auto uri = fmt::format("sip:{}:5060", phone);
    const auto headers = fmt::format(
        "From: <sip:{}:{}>\r\nTo: <{}>\r\nEvent: {}\r\n"
        "Subscription-State: terminated\r\nContact: <sip:{}:{}>\r\n",
        host_.address, host_.port, uri, event, host_.address, host_.port);
    auto request = nlohmann::json::array(
        {"NOTIFY", uri, uri, fmt::format("udp:{}:{}", host_.address, host_.port), headers, ""});
    co_await rpc_->call("tm.t_uac_start", std::move(request));
}

// In its own dialog, though the presence module knows nothing of it: that will be told 481 if ever
// it goes on in there.
boost::asio::awaitable<void> Kamailio::end_subscriptions(std::string source) {
    auto all = nlohmann::json::array({"dialogs"});
    const auto table = co_await rpc_->call("htable.dump", std::move(all));
    for (const auto& dialog : dialogs_of(table, source)) {
        const auto headers = fmt::format(
            "From: <{}>;tag={}\r\nTo: <{}>;tag={}\r\nCall-ID: {}\r\nCSeq: {} NOTIFY\r\n"
            "Event: {}\r\nSubscription-State: terminated;reason=timeout\r\n"
            "Contact: <sip:{}:{}>\r\n",
            dialog.own_uri, dialog.own_tag, dialog.phone_uri, dialog.phone_tag, dialog.call_id,
            dialog.cseq + 1, dialog.event, host_.address, host_.port);
        auto request = nlohmann::json::array({"NOTIFY", dialog.contact, ".",
                                              fmt::format("udp:{}:{}", host_.address, host_.port),
                                              headers, ""});
        co_await rpc_->call("tm.t_uac_start", std::move(request));
    }
    auto held = nlohmann::json::array({"subscriptions"});
    for (const auto& key : keys_of(co_await rpc_->call("htable.dump", std::move(held)), source)) {
        auto entry = nlohmann::json::array({"subscriptions", key});
        co_await rpc_->call("htable.delete", std::move(entry));
    }
}

boost::asio::awaitable<void> Kamailio::tell(std::string source, std::string what) {
    if (what == "terminated") co_return co_await end_subscriptions(std::move(source));
    const auto event = event_of(what);
    auto all = nlohmann::json::array({"watched"});
    const auto table = co_await rpc_->call("htable.dump", std::move(all));
    for (const auto& key : keys_of(table, source + ':' + event)) {
        const auto watched = fmt::format("sip:{}@{}", key.substr(key.rfind(':') + 1), source);
        const auto headers = fmt::format(
            "From: <{0}>\r\nTo: <{0}>\r\nEvent: {1}\r\nExpires: 3600\r\nContent-Type: {2}\r\n",
            watched, event, type_of(event));
        auto request = nlohmann::json::array(
            {"PUBLISH", watched, fmt::format("sip:{}:{}", host_.address, host_.port),
             fmt::format("udp:{}:{}", host_.address, host_.port), headers, body_of(what, watched)});
        co_await rpc_->call("tm.t_uac_start", std::move(request));
    }
}

boost::asio::awaitable<scenario::Holdings> Kamailio::holdings(std::vector<std::string> sources) {
    scenario::Holdings held;
    held.bindings = bindings_of(co_await rpc_->call("ul.dump", nlohmann::json::array()), sources);
    if (!notifies_) co_return held;
    auto all = nlohmann::json::array({"subscriptions"});
    held.subscriptions = subscriptions_of(co_await rpc_->call("htable.dump", all), sources,
                                          std::chrono::system_clock::now());
    co_return held;
}

boost::asio::awaitable<bool> Kamailio::shares_with(std::vector<std::string> addresses) {
    const auto nodes = co_await rpc_->call("dmq.list_nodes", nlohmann::json::array());
    const auto knows = [&](const std::string& address) {
        return std::ranges::any_of(nodes, [&](const nlohmann::json& node) {
            return node.value("host", "") == address && node.value("status", "") == "active";
        });
    };
    co_return std::ranges::all_of(addresses, knows);
}

boost::asio::awaitable<void> Kamailio::forget_bindings(std::vector<std::string> sources) {
    const auto location = co_await rpc_->call("ul.dump", nlohmann::json::array());
    for (const auto& binding : bindings_of(location, sources)) {
        auto contact = nlohmann::json::array({"location", binding.user, binding.contact});
        co_await rpc_->call("ul.rm_contact", std::move(contact));
    }
}

void Kamailio::signal(int signal) const {
    if (process_) process_->signal(signal);
}

void Kamailio::hold() {
    if (holds_++ == 0) signal(SIGSTOP);
}

void Kamailio::release() {
    if (--holds_ == 0) signal(SIGCONT);
}

// Its sockets are closed by the kernel, as after any end without a word.
void Kamailio::go_down() {
    if (downs_++ != 0) return;
    if (alive()) kill_group_in_order(process_->pid());
    process_.reset();
}

Kamailio::Still Kamailio::come_up() {
    if (--downs_ > 0) return Still::down;
    start();
    return Still::starting;
}

std::string Kamailio::death(int status) const {
    return fmt::format("kamailio {} ended ({}): {}", role(), describe_status(status),
                       log_.last_words());
}

}  // namespace twinline::testbed
