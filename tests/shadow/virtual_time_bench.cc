// How much faster than the clock on the wall a scenario is played in virtual time.
#include "rig/scenario/catalogue.hh"
#include "rig/shadow/play.hh"

#include <benchmark/benchmark.h>

#include <string>

namespace twinline {
namespace {

const scenario::Scenario& scenario_of(const char* id) {
    static const auto catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return catalogue.scenarios.at(id);
}

void ours(benchmark::State& state, const char* id) {
    for (auto _ : state)
        benchmark::DoNotOptimize(shadow::play(scenario_of(id), {{"device", {}}}, 1));
}

// The baseline is what the same timeline takes in real time.
void wall_clock(benchmark::State& state, const char* id) {
    for (auto _ : state) {
        const auto timeline = shadow::play(scenario_of(id), {{"device", {}}}, 1);
        state.SetIterationTime(
            std::chrono::duration<double>(timeline.back().at.time_since_epoch()).count());
    }
}

void compare(const std::string& figure, const char* id) {
    benchmark::RegisterBenchmark((figure + "/ours").c_str(), ours, id)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((figure + "/wall_clock").c_str(), wall_clock, id)
        ->UseManualTime()
        ->Iterations(3);
}

const bool registered = [] {
    compare("boot_failover_in_virtual_time", "generic/register/boot-failover-silent-primary");
    compare("day_with_two_outages_in_virtual_time", "yealink/register/a-day");
    return true;
}();

}  // namespace
}  // namespace twinline
