// How long a lab takes to come up (two Kamailios, DNS, device and twin ready, every probe answered)
// and to go, beside the limits that it must keep.
#include "reference_impl/config/loader.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/testbed/lab.hh"
#include "rig/testbed/outer.hh"

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>
#include <memory>

namespace twinline {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Times {
    Seconds up{}, down{};
};

testbed::DutPlan phone(const scenario::Catalogue& catalogue, const scenario::Scenario& scenario,
                       std::string subject) {
    testbed::DutPlan plan;
    plan.device = catalogue.devices.at("reference");
    plan.subject = std::move(subject);
    plan.config = config::load(config::Vendor::generic, "bench", scenario.config).config;
    plan.config_text = scenario.config;
    plan.vendor = scenario.vendor;
    return plan;
}

Times one_lab() {
    static const auto catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    const auto& scenario = catalogue.scenarios.at("generic/register/boot");
    boost::asio::io_context io(1);
    Times times;
    auto begun = Clock::now();
    auto lab = std::make_unique<testbed::Lab>(io, scenario.topology, TWINLINE_SOURCE "/fixtures");
    auto device = lab->phone(phone(catalogue, scenario, "device"));
    auto twin = lab->phone(phone(catalogue, scenario, "twin"));
    std::exception_ptr failed;
    const auto ready = [&]() -> boost::asio::awaitable<void> {
        co_await lab->ready();
        co_await device->prepare();
        co_await twin->prepare();
    };
    boost::asio::co_spawn(io, ready(), [&](std::exception_ptr error) {
        failed = error;
        io.stop();
    });
    io.run();
    if (failed) std::rethrow_exception(failed);
    times.up = Clock::now() - begun;
    begun = Clock::now();
    twin.reset();
    device.reset();
    lab.reset();
    times.down = Clock::now() - begun;
    return times;
}

void up(benchmark::State& state) {
    for (auto _ : state) state.SetIterationTime(one_lab().up.count());
}
void down(benchmark::State& state) {
    for (auto _ : state) state.SetIterationTime(one_lab().down.count());
}
void limit(benchmark::State& state, double seconds) {
    for (auto _ : state) state.SetIterationTime(seconds);
}

BENCHMARK(up)
    ->Name("lab_ready/ours")
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(limit, ready, 1.5)->Name("lab_ready/limit")->UseManualTime()->Iterations(1);
BENCHMARK(down)
    ->Name("lab_teardown/ours")
    ->UseManualTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(limit, teardown, 0.5)->Name("lab_teardown/limit")->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace twinline

int main(int argc, char** argv) {
    try {
        twinline::testbed::enter_lab_namespaces();
    } catch (const twinline::testbed::Unavailable& error) {
        std::cerr << error.found() << "\nremedy: " << error.remedy() << '\n';
        return 69;
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
