// Its configuration is the generic one; it speaks to its own server only.
#include "rig/testbed/callee.hh"

#include "rig/testbed/dut.hh"
#include "rig/testbed/outer.hh"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view config =
    "account.1.user = {}\n"
    "account.1.registrar = {}\n"
    "account.1.register = 0\n"
    "sip.local_port = {}\n"
    "sip.media_port = {}\n"
    "sip.user_agent = Twinline callee\n"
    "sip.auto_answer_ms = 500\n";

// Even, as RTP wants it (RFC 3550 section 11), and apart for callees at one address.
unsigned media_port(unsigned sip_port) { return 2 * sip_port; }

}  // namespace

std::uint16_t callee_port(const scenario::Topology& topology, const scenario::Host& server,
                          std::string_view subject) {
    constexpr int first = 10;
    const auto ordinal = std::distance(topology.subjects.begin(), topology.subjects.find(subject));
    return static_cast<std::uint16_t>(server.port + first + 2 * ordinal);
}

Callee::Callee(boost::asio::io_context& io, const Netns& netns, const scenario::Topology& topology,
               const scenario::Host& server, const std::string& subject, Died died)
    : server_(server.role),
      subject_(subject),
      name_(server.role + "-" + subject),
      called_(topology.users.empty() ? "" : topology.users.front().name),
      died_(std::move(died)) {
    const auto directory = work_area() / ("callee-" + name_);
    const auto port = callee_port(topology, server, subject);
    std::filesystem::create_directories(directory);
    const auto file = directory / "callee.cfg";
    if (!(std::ofstream(file) << fmt::format(config, topology.callee, server.address, port,
                                             media_port(port)))) {
        throw std::runtime_error("write " + file.string() + " failed");
    }
    Spawn spawn;
    spawn.argv = {find_reference_phone().string(),
                  "--config",
                  file.string(),
                  "--address",
                  server.address,
                  "--power-on"};
    spawn.netns = &netns;
    spawn.directory = directory;
    spawn.on_line = [this](Stream, std::string_view line) {
        if (line.find("\"kind\":\"ready\"") != line.npos) ready_ = true;
        log_.keep(line);
    };
    spawn.on_exit = [this](int status) {
        if (died_) died_(fmt::format("{} ({})", last_words(), describe_status(status)));
    };
    process_ = std::make_unique<Process>(io, std::move(spawn));
}

void Callee::act(std::string_view deed) {
    nlohmann::json order{{"do", "hang_up"}};
    if (deed == "calls") order = {{"do", "dial"}, {"number", called_}};
    process_->write(order.dump() + "\n");
}

std::string Callee::last_words() const {
    return fmt::format("the {} ended: {}", name(), log_.last_words());
}

boost::asio::awaitable<void> Callee::ready(std::chrono::nanoseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
    while (!ready_) {
        if (!process_->alive() || std::chrono::steady_clock::now() >= deadline) {
            throw std::runtime_error(last_words());
        }
        pause.expires_after(2ms);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace twinline::testbed
