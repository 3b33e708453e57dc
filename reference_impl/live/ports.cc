// Waits on every open port, and turns datagrams and ICMP errors into inputs of the phone.
#include "reference_impl/live/ports.hh"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace twinline::live {

namespace {

// What the router's ICMP message would say when our own host has no route (RFC 1122
// section 3.2.2.1).
std::optional<unsigned> as_icmp_code(const std::error_code& error) {
    if (error == std::errc::network_unreachable) return 0;
    if (error == std::errc::host_unreachable) return 1;
    return std::nullopt;
}

}  // namespace

Ports::Ports(boost::asio::io_context& context, wire::Ipv4 address,
             std::chrono::steady_clock::duration idle, OnInput on_input)
    : context_(context),
      address_(address),
      idle_(idle),
      on_input_(std::move(on_input)),
      sweep_timer_(context),
      self_(std::make_shared<Ports*>(this)) {}

void Ports::open_for_good(std::uint16_t port) { open(port).idle_since.reset(); }

Ports::Port& Ports::open(std::uint16_t number) {
    const auto found = ports_.find(number);
    if (found != ports_.end()) return found->second;
    UdpSocket socket(context_, {address_, number});
    auto& port = ports_.try_emplace(number, Port{std::move(socket), Clock::now()}).first->second;
    wait(number, port);
    return port;
}

void Ports::send(std::uint16_t number, wire::Endpoint remote, std::string_view bytes) {
    auto& port = open(number);
    if (port.idle_since) {
        port.idle_since = Clock::now();
        arm_sweep();
    }
    const auto error = port.socket.send(remote, bytes);
    if (!error) return;
    const auto code = as_icmp_code(error);
    if (!code) throw std::system_error(error, "send to " + wire::to_string(remote));
    on_input_(phone::DatagramRefused{{address_, number}, remote, *code});
}

void Ports::wait(std::uint16_t number, Port& port) {
    port.socket.async_wait([weak = std::weak_ptr(self_), number](const auto& error) {
        const auto self = weak.lock();
        if (self && !error) (*self)->drain(number);
    });
}

// Everything that waits is taken before any of it is acted on: acting may close or open ports.
void Ports::drain(std::uint16_t number) {
    const auto found = ports_.find(number);
    if (found == ports_.end()) return;
    auto& socket = found->second.socket;
    std::vector<phone::Input> inputs;
    while (auto refusal = socket.refused()) {
        inputs.emplace_back(phone::DatagramRefused{socket.local(), refusal->remote, refusal->code});
    }
    while (auto datagram = socket.receive()) {
        inputs.emplace_back(
            phone::DatagramReceived{socket.local(), datagram->remote, std::move(datagram->bytes)});
    }
    if (found->second.idle_since && !inputs.empty()) found->second.idle_since = Clock::now();
    wait(number, found->second);
    for (auto& input : inputs) on_input_(std::move(input));
}

void Ports::arm_sweep() {
    if (sweeping_) return;
    std::optional<Clock::time_point> earliest;
    for (const auto& [number, port] : ports_) {
        if (port.idle_since && (!earliest || *port.idle_since < *earliest)) {
            earliest = port.idle_since;
        }
    }
    if (!earliest) return;
    sweeping_ = true;
    sweep_timer_.expires_at(*earliest + idle_);
    sweep_timer_.async_wait([weak = std::weak_ptr(self_)](const auto& error) {
        const auto self = weak.lock();
        if (self && !error) (*self)->sweep();
    });
}

void Ports::sweep() {
    sweeping_ = false;
    const auto due = Clock::now() - idle_;
    std::erase_if(ports_, [due](const auto& entry) {
        const auto& idle_since = entry.second.idle_since;
        return idle_since && *idle_since <= due;
    });
    arm_sweep();
}

}  // namespace twinline::live
