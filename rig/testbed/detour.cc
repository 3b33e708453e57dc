// Two ends of a veth: the router sends into the one what it is not to forward, a packet socket
// reads it from the other (packet(7)), and a raw socket of the router sends it on (raw(7)), which
// no rule leads here again, for it comes from no interface.
#include "rig/testbed/detour.hh"

#include "rig/testbed/fd.hh"
#include "rig/testbed/interface.hh"
#include "rig/testbed/process.hh"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace twinline::testbed {
namespace {

constexpr unsigned first_table = 1000;
constexpr std::size_t largest_packet = 65535;

Fd reading_end(const std::string& interface) {
    Fd socket(
        check("packet socket", ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETHERTYPE_IP);
    place.sll_ifindex = static_cast<int>(
        check("index of " + interface, static_cast<int>(::if_nametoindex(interface.c_str()))));
    check("bind packet socket to " + interface,
          ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place));
    return socket;
}

Fd sending_end(const Netns& router) {
    const InNetns inside(router);
    return Fd(check("raw socket",
                    ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW)));
}

// The kernel's own stamp of the packet that was read last.
Wall stamp_of_last(int socket) {
    timespec stamp{};
    if (::ioctl(socket, SIOCGSTAMPNS, &stamp) < 0) return wall_now();
    return Wall(std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec));
}

}  // namespace

struct Detour::State : std::enable_shared_from_this<Detour::State> {
    State(boost::asio::io_context& context, DetourPlan what)
        : io(context),
          plan(std::move(what)),
          name(fmt::format("detour{}", plan.number)),
          passage(plan.host, plan.treatment),
          descriptor(context) {}

    // In one batch: "add" leads packets here, "del" lets them go their way again.
    std::string rules(std::string_view verb) const {
        std::string batch;
        for (const auto& source : plan.sources)
            batch += fmt::format(
                "rule {0} iif {1} from {2} to {3} lookup {4}\n"
                "rule {0} iif {5} from {3} to {2} lookup {4}\n",
                verb, plan.inner, source, plan.host, table(), plan.outer);
        return batch;
    }
    unsigned table() const { return first_table + plan.number; }

    void begin() {
        run_command({"ip", "-batch", "-"}, nullptr,
                    fmt::format("link add {0} type veth peer name {0} netns {1}\n"
                                "link set {0} up\n",
                                name, plan.router.name()));
        stands = true;
        switch_offloads_off(name);
        {
            const InNetns inside(plan.router);
            switch_offloads_off(name);
        }
        onward = sending_end(plan.router);
        descriptor.assign(reading_end(name).release());
        listen();
        run_command({"ip", "-batch", "-"}, &plan.router,
                    fmt::format("link set {0} arp off up\nroute add default dev {0} table {1}\n{2}",
                                name, table(), rules("add")));
        onset = wall_now();
    }

    void listen() {
        descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [self = shared_from_this()](boost::system::error_code error) {
                                  if (error) return;
                                  self->drain();
                                  self->listen();
                              });
    }

    void drain() {
        sockaddr_ll from{};
        for (;;) {
            socklen_t length = sizeof from;
            const auto size = ::recvfrom(descriptor.native_handle(), buffer.data(), buffer.size(),
                                         0, reinterpret_cast<sockaddr*>(&from), &length);
            if (size < 0) return;
            if (from.sll_pkttype == PACKET_OUTGOING) continue;
            take(std::string(buffer.data(), static_cast<std::size_t>(size)),
                 stamp_of_last(descriptor.native_handle()));
        }
    }

    void take(std::string packet, Wall met) {
        passage.take_out_ping(packet);
        const auto fate = passage.fate_of(packet);
        if (fate.held) return held.push_back(std::move(packet));
        for (const auto late : fate.copies) {
            if (late == scenario::Duration{})
                send_due(packet, met);
            else
                send_later(packet, met + late);
        }
    }

    void send_later(std::string packet, Wall due) {
        auto timer = std::make_shared<boost::asio::steady_timer>(io, due - wall_now());
        timer->async_wait([self = shared_from_this(), timer, due,
                           packet = std::move(packet)](boost::system::error_code error) {
            if (!error) self->send_due(packet, due);
        });
    }

    void send_due(const std::string& packet, Wall due) {
        send(packet);
        held_up = std::max<Duration>(held_up, wall_now() - due);
    }

    // What cannot be sent is lost, as on any network.
    void send(const std::string& packet) const {
        constexpr std::size_t destination_at = 16;
        sockaddr_in to{};
        to.sin_family = AF_INET;
        packet.copy(reinterpret_cast<char*>(&to.sin_addr), sizeof to.sin_addr, destination_at);
        std::ignore = ::sendto(onward.get(), packet.data(), packet.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }

    Wall heal() {
        if (!stands) return healed;
        stands = false;
        run_command({"ip", "-batch", "-"}, &plan.router, rules("del"));
        drain();
        boost::system::error_code ignored;
        descriptor.close(ignored);
        run_command({"ip", "link", "del", name});
        healed = wall_now();
        for (const auto& packet : held) send(packet);
        held.clear();
        return healed;
    }

    boost::asio::io_context& io;
    DetourPlan plan;
    std::string name;
    Passage passage;
    boost::asio::posix::stream_descriptor descriptor;
    Fd onward;
    std::array<char, largest_packet> buffer{};
    std::vector<std::string> held;
    Wall onset{}, healed{};
    Duration held_up{};
    bool stands = false;
};

Detour::Detour(boost::asio::io_context& io, DetourPlan plan)
    : state_(std::make_shared<State>(io, std::move(plan))) {
    try {
        state_->begin();
    } catch (...) {
        boost::system::error_code ignored;
        state_->descriptor.close(ignored);
        throw;
    }
}

Detour::~Detour() {
    if (!state_) return;
    try {
        heal();
    } catch (const std::exception&) {
        // Rules and links end with the lab in any case; a destructor has nobody to tell.
    }
}

Detour::Detour(Detour&& other) noexcept = default;

Wall Detour::onset() const { return state_->onset; }

Wall Detour::heal() { return state_->heal(); }

Duration Detour::held_up() const { return state_->held_up; }

const Passage::Counts& Detour::counts() const { return state_->passage.counts(); }

}  // namespace twinline::testbed
