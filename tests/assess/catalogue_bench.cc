// What the rig's proof of itself costs: the whole catalogue under every admissible answer on one
// core, and every mutant against the scenarios on all of them. The baseline is the limit.
#include "rig/assess/every_reading.hh"
#include "rig/assess/kill_matrix.hh"

#include <benchmark/benchmark.h>

namespace twinline {
namespace {

const scenario::Catalogue& catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

void every_reading(benchmark::State& state) {
    double cases = 0;
    for (auto _ : state)
        for (const auto& [id, scenario] : catalogue().scenarios)
            cases += static_cast<double>(
                assess::under_every_reading(scenario, catalogue(), judge::Strictness::lenient, 1)
                    .combinations);
    state.counters["cases"] = cases / static_cast<double>(state.iterations());
}

void mutants_against_scenarios(benchmark::State& state) {
    std::vector<const mutants::Mutant*> library;
    for (const auto& mutant : mutants::all()) library.push_back(&mutant);
    std::vector<const scenario::Scenario*> scenarios;
    for (const auto& [id, scenario] : catalogue().scenarios) scenarios.push_back(&scenario);
    for (auto _ : state)
        benchmark::DoNotOptimize(
            assess::kill_matrix(library, scenarios, catalogue(), assess::Scope::vendors, 1));
}

void limit(benchmark::State& state, double seconds) {
    for (auto _ : state) state.SetIterationTime(seconds);
}

void compare(const std::string& figure, void (*ours)(benchmark::State&), double seconds) {
    benchmark::RegisterBenchmark((figure + "/ours").c_str(), ours)
        ->Unit(benchmark::kSecond)
        ->MeasureProcessCPUTime()
        ->UseRealTime()
        ->Iterations(1);
    benchmark::RegisterBenchmark((figure + "/limit").c_str(), limit, seconds)
        ->UseManualTime()
        ->Iterations(1);
}

const bool registered = [] {
    compare("catalogue_under_every_reading", every_reading, 10);
    compare("mutant_matrix", mutants_against_scenarios, 120);
    return true;
}();

}  // namespace
}  // namespace twinline
