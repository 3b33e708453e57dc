// How much faster than the clock on the wall a scenario is played in virtual time.
#include "rig/scenario/catalogue.hh"
#include "rig/shadow/play.hh"

#include <benchmark/benchmark.h>

namespace twinline {
namespace {

constexpr const char* boot_failover = "generic/register/boot-failover-silent-primary";

const scenario::Scenario& scenario_under_test() {
    static const auto catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return catalogue.scenarios.at(boot_failover);
}

void ours(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(shadow::play(scenario_under_test(), {{"device", {}}}, 1));
}
BENCHMARK(ours)->Name("boot_failover_in_virtual_time/ours")->Unit(benchmark::kMillisecond);

// The baseline is what the same timeline takes in real time.
void wall_clock(benchmark::State& state) {
    for (auto _ : state) {
        const auto timeline = shadow::play(scenario_under_test(), {{"device", {}}}, 1);
        state.SetIterationTime(
            std::chrono::duration<double>(timeline.back().at.time_since_epoch()).count());
    }
}
BENCHMARK(wall_clock)
    ->Name("boot_failover_in_virtual_time/wall_clock")
    ->UseManualTime()
    ->Iterations(3);

}  // namespace
}  // namespace twinline
