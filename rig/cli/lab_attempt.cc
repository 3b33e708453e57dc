// The record is judged from what was stored of it, as anyone could do later.
#include "rig/cli/lab_attempt.hh"

#include "rig/run/record.hh"
#include "rig/run/session.hh"
#include "rig/testbed/outer.hh"

#include <fmt/chrono.h>

#include <chrono>

namespace twinline::cli {

namespace {

auto this_second() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

void play_in_lab(const LabPlan& plan, const AttemptFolder& attempt,
                 const std::function<void(const std::string&)>& progress) {
    const auto* mutant = plan.device.mutant;
    try {
        run::perform({.scenario = plan.scenario,
                      .device = *plan.device.device,
                      .reference = plan.catalogue.devices.at("reference"),
                      .mutant = mutant != nullptr ? std::string(mutant->id) : std::string(),
                      .fixtures = plan.fixtures,
                      .record = attempt.record(),
                      .lab_log = attempt.path / "lab.log",
                      .seed = plan.seed},
                     progress);
        run::complete_record(attempt.record(), plan.scenario, *plan.device.device, plan.catalogue);
    } catch (const run::Interrupted&) {
        std::filesystem::remove_all(attempt.path);
        throw;
    } catch (const testbed::Unavailable&) {
        std::filesystem::remove_all(attempt.path);
        throw;
    }
}

Played judged_attempt(const LabPlan& plan, const AttemptFolder& attempt) {
    Played played{assess::load_record(attempt.record()), {}};
    played.judged = assess::assess(played.record, plan.strictness);
    return played;
}

assess::Judged without_record(const scenario::Scenario& scenario, const std::string& device,
                              judge::Verdict verdict, const std::string& reason) {
    assess::Judged judged;
    auto& a = judged.assessment;
    a.scenario = scenario.id;
    a.title = scenario.title;
    a.device = device;
    a.verdict = verdict;
    a.reason = reason;
    a.started = timestamp();
    return judged;
}

std::chrono::year_month_day today() {
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

std::string timestamp() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", this_second()); }

std::string timestamp_name() { return fmt::format("{:%Y-%m-%d-%H%M%S}", this_second()); }

}  // namespace twinline::cli
