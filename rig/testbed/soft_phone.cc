// Power is a process: on starts it, off ends it. A phone that speaks JSON Lines may be started
// ahead of its power-on, so that power-on is one write.
#include "rig/testbed/soft_phone.hh"

#include "rig/testbed/outer.hh"
#include "rig/testbed/processor_wait.hh"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view json_lines = "json-lines";
constexpr std::string_view nsswitch = "passwd: files\ngroup: files\nhosts: files dns\n";

void lay_down(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    if (!(std::ofstream(path) << text)) {
        throw std::runtime_error("write " + path.string() + " failed");
    }
}

// As DHCP would tell them: all of those that the scenario's configuration has. Where there are none
// a resolver asks the phone's own loopback, where nobody listens.
std::string name_servers(const DutPlan& plan) {
    std::string lines;
    if (plan.config.dns_servers.empty() && !plan.dns.empty())
        lines = fmt::format("nameserver {}\n", plan.dns);
    for (const auto& server : plan.config.dns_servers)
        lines += fmt::format("nameserver {}\n", wire::to_string(server));
    return lines;
}

// A phone knows its own name: what asks the DNS for it speaks of the machine, not of the phone.
std::string hosts(const DutPlan& plan) {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return fmt::format("127.0.0.1 localhost\n{} {}\n", plan.address, name.data());
}

int signal_named(std::string_view name) {
    if (name == "KILL") return SIGKILL;
    if (name == "TERM") return SIGTERM;
    if (name == "INT") return SIGINT;
    if (name == "HUP") return SIGHUP;
    if (name == "QUIT") return SIGQUIT;
    throw std::invalid_argument(
        fmt::format("stop_signal {}: permitted are KILL, TERM, INT, HUP, QUIT", name));
}

}  // namespace

SoftPhone::SoftPhone(boost::asio::io_context& io, const Netns& netns, DutPlan plan, Line on_json)
    : Dut(std::move(plan)),
      io_(io),
      netns_(netns),
      on_json_(std::move(on_json)),
      directory_(work_area() / ("phone-" + plan_.subject)) {
    require_programs(plan_.device);
    signal_named(plan_.device.stop_signal);
    rendered_ = render(plan_, directory_);
    std::filesystem::remove_all(directory_);
    for (const auto& [name, text] : rendered_.files) lay_down(directory_ / name, text);
    const auto etc = directory_ / "etc";
    lay_down(etc / "resolv.conf", name_servers(plan_));
    lay_down(etc / "nsswitch.conf", nsswitch);
    lay_down(etc / "hosts", hosts(plan_));
}

SoftPhone::~SoftPhone() {
    commands_.clear();
    process_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void SoftPhone::start() {
    const auto etc = directory_ / "etc";
    Spawn spawn;
    spawn.argv = rendered_.argv;
    spawn.netns = &netns_;
    spawn.directory = directory_;
    spawn.environment = {{"HOME", directory_.string()}, {"LC_ALL", "C.UTF-8"}};
    for (const auto* name : {"resolv.conf", "nsswitch.conf", "hosts"}) {
        spawn.binds.emplace_back(etc / name, std::filesystem::path("/etc") / name);
    }
    spawn.on_line = [this](Stream stream, std::string_view text) { line(stream, text); };
    spawn.on_exit = [this](int status) {
        end_ = describe_status(status);
        crashed_ = is_crash(status);
    };
    ready_ = false;
    end_.clear();
    crashed_ = false;
    process_ = std::make_unique<Process>(io_, std::move(spawn));
}

void SoftPhone::line(Stream stream, std::string_view text) {
    if (stream == Stream::out && can(json_lines) && text.starts_with('{')) {
        const auto said = nlohmann::json::parse(text, nullptr, false);
        if (said.is_object() && said.value("kind", "") == "ready") ready_ = true;
        if (on_json_) on_json_(text);
        return;
    }
    keep(text);
}

boost::asio::awaitable<void> SoftPhone::prepare(Duration within) {
    if (!can(json_lines) || alive()) co_return;
    start();
    const auto deadline = std::chrono::steady_clock::now() + within;
    boost::asio::steady_timer pause(io_);
    while (!ready_) {
        if (!alive() || std::chrono::steady_clock::now() >= deadline) {
            throw std::runtime_error(
                fmt::format("{} is not ready: {}", plan_.device.id, fmt::join(log(), "\n")));
        }
        pause.expires_after(2ms);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<Wall> SoftPhone::power_on() {
    if (!can(json_lines)) {
        power_off();
        const Wall at = wall_now();
        start();
        co_return at;
    }
    if (!alive()) start();
    const Wall at = wall_now();
    act("power_on");
    co_return at;
}

void SoftPhone::power_off() {
    if (!alive()) return;
    process_->signal(signal_named(plan_.device.stop_signal));
    const auto deadline = std::chrono::steady_clock::now() + 50ms;
    // The end itself is told by the io_context, which does not run here: look at the process
    // instead.
    while (::kill(process_->pid(), 0) == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    process_.reset();
}

void SoftPhone::act(std::string_view what, std::string_view number) {
    const std::string command_name(what);
    const std::string typed = render_typed(plan_, directory_, command_name, number);
    if (typed.empty() && !can(json_lines)) return run_command(command_name, number);
    if (!alive()) throw std::runtime_error(plan_.device.id + " is not running");
    if (!typed.empty()) return process_->write(typed);
    nlohmann::json command{{"do", what}};
    if (!number.empty()) command["number"] = number;
    process_->write(command.dump() + '\n');
}

// A command that goes wrong is told in the phone's log: what the phone then did is what counts.
void SoftPhone::run_command(const std::string& what, std::string_view number) {
    Spawn spawn;
    spawn.argv = render_command(plan_, directory_, what, number);
    if (spawn.argv.empty()) {
        throw std::logic_error(fmt::format("{} cannot be told to {}", plan_.device.id, what));
    }
    spawn.netns = &netns_;
    spawn.directory = directory_;
    spawn.on_line = [this](Stream stream, std::string_view text) { line(stream, text); };
    spawn.on_exit = [this, what](int status) {
        if (status != 0) line(Stream::err, fmt::format("{}: {}", what, describe_status(status)));
    };
    std::erase_if(commands_, [](const auto& command) { return !command->alive(); });
    commands_.push_back(std::make_unique<Process>(io_, std::move(spawn)));
}

std::chrono::nanoseconds SoftPhone::waited() const {
    return alive() ? processor_wait(process_->pid()) : std::chrono::nanoseconds{};
}

bool SoftPhone::alive() const { return process_ && process_->alive(); }

}  // namespace twinline::testbed
