// A scenario is looked up by file and id, because a user's file may repeat an id of the catalogue.
#include "rig/python/lane.hh"

#include "reports/datasheet.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/kept_attempt.hh"
#include "rig/cli/lab_attempt.hh"
#include "rig/cli/trace.hh"
#include "rig/scenario/record_files.hh"
#include "rig/scenario/references.hh"
#include "rig/scenario/statements.hh"
#include "rig/shadow/play.hh"
#include "rig/testbed/dut.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <sys/file.h>
#include <tuple>
#include <unistd.h>

namespace twinline::python {

namespace {

std::string ladder_of(const scenario::Scenario& scenario, timeline::Timeline observed) {
    std::erase_if(observed, [](const auto& event) { return event.subject != "device"; });
    return observed.empty() ? std::string() : cli::trace(scenario, observed);
}

void check(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
           cli::Warnings warnings) {
    if (auto faults = scenario::dangling(scenario, catalogue); !faults.empty())
        throw scenario::BadInput(std::move(faults));
    auto noticed = shadow::configuration_of(scenario).warnings;
    if (warnings == cli::Warnings::refused && !noticed.empty())
        throw scenario::BadInput(std::move(noticed));
}

}  // namespace

Lane::Lane(fs::path fixtures, const std::string& device)
    : fixtures_(std::move(fixtures)),
      catalogue_(scenario::load_without_scenarios(fixtures_)),
      device_(cli::choose_device(catalogue_, device)) {
    cli::require_plugged_in(device_);
}

bool Lane::lives_in_virtual_time() const { return device_.device->id == "reference"; }

bool Lane::is_single() const {
    return std::ranges::find(device_.device->capabilities, "single") !=
           device_.device->capabilities.end();
}

std::vector<const scenario::Scenario*> Lane::scenarios(const std::string& file,
                                                       cli::Warnings warnings) {
    auto found = files_.find(file);
    if (found == files_.end()) {
        auto loaded = scenario::load_scenarios(file, fixtures_ / "topologies");
        for (const auto& scenario : loaded) check(scenario, catalogue_, warnings);
        found = files_.emplace(file, std::move(loaded)).first;
    }
    std::vector<const scenario::Scenario*> all;
    for (const auto& scenario : found->second) all.push_back(&scenario);
    return all;
}

const scenario::Scenario& Lane::scenario(const std::string& file, const std::string& id) {
    for (const auto* scenario : scenarios(file, cli::Warnings::told))
        if (scenario->id == id) return *scenario;
    throw std::out_of_range(file + " holds no scenario " + id);
}

std::string Lane::obstacle(const std::string& file, const std::string& id) {
    return device_.obstacle(scenario(file, id));
}

Outcome Lane::keep(const scenario::Scenario& scenario, const Order& order,
                   const assess::Judged& judged) const {
    if (!order.attempt.empty()) cli::keep(order.attempt, judged);
    return {reports::to_json(judged.assessment, reports::Layout::line),
            ladder_of(scenario, judged.observed)};
}

Outcome Lane::play_in_lab(const Order& order, int gate) {
    const auto& scenario = this->scenario(order.file, order.id);
    testbed::require_programs(*device_.device);
    testbed::require_environment(*device_.device);
    ::unsetenv("TWINLINE_LAB");  // of a lab that pytest itself may be in: this one is another
    testbed::enter_lab_namespaces(cli::interface_of(device_));
    const cli::LabPlan plan{scenario, device_, catalogue_, fixtures_, order.strictness, order.seed};
    const cli::AttemptFolder attempt{order.attempt, order.id, 1};
    cli::play_in_lab(plan, attempt, [gate](const auto&) { ::flock(gate, LOCK_UN); });
    // Other lanes still have packets to send in time; a verdict can wait.
    std::ignore = ::nice(10);
    return keep(scenario, order, cli::judged_attempt(plan, attempt).judged);
}

Outcome Lane::simulate(const Order& order) {
    const auto& scenario = this->scenario(order.file, order.id);
    const auto* defect = device_.mutant != nullptr ? &device_.mutant->defect : nullptr;
    return keep(
        scenario, order,
        assess::simulate(scenario, catalogue_, defect, device_.name, order.strictness, order.seed));
}

Outcome Lane::unplayed(const Order& order, judge::Verdict verdict, const std::string& reason) {
    const auto& scenario = this->scenario(order.file, order.id);
    return keep(scenario, order, cli::without_record(scenario, device_.name, verdict, reason));
}

Outcome Lane::lost(const std::string& id, const fs::path& attempt,
                   const std::string& reason) const {
    scenario::Scenario named;
    named.id = named.title = id;
    Order order;
    order.attempt = attempt;
    return keep(named, order,
                cli::without_record(named, device_.name, judge::Verdict::error, reason));
}

void Lane::begin_run(const fs::path& run, const std::vector<std::string>& selection,
                     std::uint64_t seed) {
    fs::create_directories(run);
    started_ = cli::timestamp();
    cli::RunDirectory(run).write_run(device_.name, *device_.device, started_, selection, seed);
}

Outcome Lane::judge_kept(const Order& order) {
    const auto& scenario = this->scenario(order.file, order.id);
    const auto record = assess::load_record(order.attempt / scenario::record::folder);
    return keep(scenario, order, assess::assess(record, order.strictness));
}

std::string Lane::join(const fs::path& run, const std::string& folder,
                       const std::string& name) const {
    std::vector<cli::AttemptFolder> judged;
    for (const auto& entry : fs::directory_iterator(run / folder))
        if (cli::attempt_number(entry.path()) && fs::exists(entry.path() / cli::assessment_file))
            judged.push_back(cli::attempt_at(run, entry.path()));
    std::ranges::sort(judged, {}, &cli::AttemptFolder::number);
    if (judged.empty()) throw std::runtime_error((run / folder).string() + " holds no assessment");
    reports::StoredAssessment combined;
    for (const auto& attempt : judged) {
        auto assessment = cli::kept(attempt.path);
        combined.attempts.push_back({attempt.number, assessment.verdict, assessment.reason});
        const auto& before = combined.assessment.verdict;
        if (combined.attempts.size() == 1 ||
            judge::worse(before, assessment.verdict) == assessment.verdict)
            combined.assessment = std::move(assessment);
    }
    combined.assessment.scenario = name;
    cli::write_whole(run / folder / cli::assessment_file,
                     reports::to_json(combined, reports::Layout::pretty));
    return reports::to_json(combined, reports::Layout::line);
}

Conclusion Lane::conclude(const fs::path& run, const std::vector<Kept>& attempts,
                          const std::vector<fs::path>& earlier, reports::Colour colour,
                          std::size_t width) const {
    reports::RunReport report;
    report.device = device_.name;
    report.title = cli::title_of(*device_.device);
    report.started = started_;
    for (const auto& [name, attempt] : attempts) {
        auto told = cli::kept_report(cli::attempt_at(run, attempt), run);
        told.assessment.scenario = name;
        report.add(told);
    }
    for (const auto& other : earlier) report.earlier.push_back(cli::RunDirectory(other).earlier());
    Conclusion conclusion;
    conclusion.report = cli::RunDirectory(run).write_reports(report, catalogue_).string();
    std::vector<judge::Assessment> assessments;
    for (const auto& scenario : report.scenarios) assessments.push_back(scenario.assessment);
    const auto& consistency = report.datasheet.consistency;
    conclusion.table = reports::table(assessments, colour, width);
    if (!consistency.conflict.empty())
        conclusion.conflict = reports::conflict_sentence(consistency);
    conclusion.exit_code = cli::exit_code(assessments, consistency);
    return conclusion;
}

}  // namespace twinline::python
