// What a lab with many phones says must all be in its record: datagrams as long as a REGISTER, so
// many a second for three seconds, captured at once as they come and written as pcapng. A lost one
// is an error of the benchmark.
#include "probes/capture/live_capture.hh"
#include "probes/capture/pcapng_writer.hh"
#include "rig/testbed/outer.hh"

#include <benchmark/benchmark.h>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace twinline {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t wanted_rate = 100'000, seconds = 3, octets = 600;
constexpr std::size_t datagrams = wanted_rate * seconds;

// A socket of the loopback interface that nobody reads.
class Sender {
  public:
    Sender() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address_;
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address_), length);
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &length);
    }
    ~Sender() { ::close(socket_); }
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    std::string filter() const { return "udp port " + std::to_string(ntohs(address_.sin_port)); }

    // Spread over each millisecond's turn.
    void send_all() {
        constexpr std::size_t turns = 1000 * seconds, each = datagrams / turns;
        std::string text(octets, 'x');
        iovec content{text.data(), text.size()};
        std::array<mmsghdr, each> messages{};
        for (auto& message : messages) {
            message.msg_hdr.msg_name = &address_;
            message.msg_hdr.msg_namelen = sizeof address_;
            message.msg_hdr.msg_iov = &content;
            message.msg_hdr.msg_iovlen = 1;
        }
        const auto begin = Clock::now();
        for (std::size_t turn = 0; turn < turns; ++turn) {
            std::this_thread::sleep_until(begin + std::chrono::milliseconds(turn));
            for (std::size_t sent = 0; sent < each;) {
                const int more = ::sendmmsg(socket_, messages.data() + sent,
                                            static_cast<unsigned>(each - sent), 0);
                sent += more > 0 ? static_cast<std::size_t>(more) : 0;
            }
        }
    }

  private:
    int socket_;
    sockaddr_in address_{};
};

void capture_all(benchmark::State& state) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("twinline-capture-" + std::to_string(::getpid()) + ".pcapng");
    for (auto _ : state) {
        Sender sender;
        const capture::Origin origin = std::chrono::system_clock::now();
        capture::LiveCapture live("lo", origin, {.filter = sender.filter()});
        capture::PcapngWriter writer(file.string(), "lo", live.link(), origin);
        const auto begin = Clock::now();
        std::jthread sending([&] { sender.send_all(); });
        std::size_t frames = 0;
        auto last = Clock::now();
        while (frames < datagrams && Clock::now() < last + std::chrono::seconds(1)) {
            pollfd ready{live.selectable_fd(), POLLIN, 0};
            ::poll(&ready, 1, 100);
            const auto more =
                live.dispatch([&](const timeline::Frame& frame) { writer.write(frame); });
            if (more > 0) last = Clock::now();
            frames += more;
        }
        state.SetIterationTime(std::chrono::duration<double>(last - begin).count());
        writer.close();
        const auto lost = live.stats().dropped;
        if (frames != datagrams || lost != 0)
            state.SkipWithError(("lost " + std::to_string(datagrams - frames) + " of " +
                                 std::to_string(datagrams) + " datagrams")
                                    .c_str());
        state.SetItemsProcessed(static_cast<std::int64_t>(frames));
    }
    std::filesystem::remove(file);
}
BENCHMARK(capture_all)
    ->Name("captured_datagrams/ours")
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

void wanted(benchmark::State& state) {
    for (auto _ : state) state.SetIterationTime(seconds);
    state.SetItemsProcessed(datagrams);
}
BENCHMARK(wanted)->Name("captured_datagrams/wanted")->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace twinline

// The kernel keeps room for the longest frame of the interface: that of the lab's bridge.
int main(int argc, char** argv) {
    try {
        twinline::testbed::enter_lab_namespaces();
    } catch (const twinline::testbed::Unavailable& error) {
        std::cerr << error.found() << "\nremedy: " << error.remedy() << '\n';
        return 69;
    }
    if (std::system("ip link set lo up mtu 1500") != 0) return 69;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
