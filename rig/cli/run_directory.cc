// results.jsonl is appended and synced line by line; of every other file there is the old or the
// new one, whole.
#include "rig/cli/run_directory.hh"

#include "reports/junit.hh"
#include "reports/report_json.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/kept_attempt.hh"
#include "rig/scenario/handset.hh"
#include "rig/scenario/record_files.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/file.h>
#include <sys/utsname.h>
#include <system_error>
#include <unistd.h>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;
namespace files = scenario::record;

constexpr const char* run_file = "run.json";
constexpr const char* results_file = "results.jsonl";

void append_synced(const fs::path& file, const std::string& line) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "open " + file.string());
    const auto text = line + "\n";
    const bool written =
        ::write(fd, text.data(), text.size()) == std::ssize(text) && ::fsync(fd) == 0;
    const int reason = errno;
    ::close(fd);
    if (!written)
        throw std::system_error(reason, std::generic_category(), "write " + file.string());
}

std::string machine() {
    utsname name{};
    ::uname(&name);
    return fmt::format("{} {} {}, {} cores", name.sysname, name.release, name.machine,
                       ::sysconf(_SC_NPROCESSORS_ONLN));
}

}  // namespace

std::string text_of(const nlohmann::json& json, const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string()
               ? json[name].get<std::string>()
               : std::string();
}

void write_whole(const fs::path& file, std::string_view text) {
    const auto beside = fs::path(file).concat(".new");
    {
        std::ofstream out(beside, std::ios::binary);
        out << text << std::flush;
        if (!out) throw std::runtime_error("write " + file.string() + " failed");
    }
    fs::rename(beside, file);
}

std::string read_whole(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::optional<unsigned> attempt_number(const fs::path& folder) {
    const auto name = folder.filename().string();
    constexpr std::string_view prefix = "attempt-";
    if (!name.starts_with(prefix) || name.size() == prefix.size() ||
        name.size() > prefix.size() + 6)
        return std::nullopt;
    const auto digits = name.substr(prefix.size());
    if (!std::ranges::all_of(digits, [](unsigned char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return static_cast<unsigned>(std::stoul(digits));
}

fs::path AttemptFolder::record() const { return path / files::folder; }
bool AttemptFolder::complete() const {
    return fs::exists(record() / files::sums) && !capture_removed();
}
bool AttemptFolder::capture_removed() const { return fs::exists(record() / files::removed); }

AttemptFolder RunDirectory::begin(const std::string& scenario) const {
    for (unsigned number = 1;; ++number) {
        AttemptFolder attempt{path_ / scenario / fmt::format("attempt-{}", number), scenario,
                              number};
        if (fs::exists(attempt.path)) continue;
        fs::create_directories(attempt.record());
        return attempt;
    }
}

std::vector<AttemptFolder> RunDirectory::attempts() const {
    std::vector<AttemptFolder> found;
    const auto add = [&](const fs::path& folder, const std::string& scenario) {
        const bool played_without =  // a record: in virtual time, or it could not be played
            attempt_number(folder) && fs::exists(folder / assessment_file);
        if (fs::is_directory(folder / files::folder) || played_without)
            found.push_back({folder, scenario, attempt_number(folder).value_or(1)});
    };
    if (fs::exists(path_ / files::sums)) {  // a record
        found.push_back(
            {path_.parent_path(), path_.parent_path().parent_path().filename().string(), 1});
        return found;
    }
    add(path_, path_.parent_path().filename().string());  // an attempt
    if (!found.empty() || !fs::is_directory(path_)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(path_))
        if (entry.is_directory() && attempt_number(entry.path()))
            add(entry.path(), fs::relative(entry.path().parent_path(), path_).string());
    std::ranges::sort(found, {}, [](const auto& a) { return std::tuple(a.scenario, a.number); });
    return found;
}

std::vector<AttemptFolder> RunDirectory::complete_attempts() const {
    auto all = attempts();
    for (const auto& attempt : all)
        if (!attempt.complete())
            std::cerr << attempt.path.string()
                      << (attempt.capture_removed()
                              ? ": cannot be judged again: its capture was removed, " +
                                    read_whole(attempt.record() / files::removed)
                          : fs::exists(attempt.path / assessment_file)
                              ? ": was played without a record\n"
                              : ": no complete record; it was interrupted\n");
    std::erase_if(all, [](const auto& a) { return !a.complete(); });
    if (all.empty()) throw scenario::BadInput({{{path_.string(), 0}, "holds no record of a run"}});
    return all;
}

std::string RunDirectory::started() const {
    return text_of(nlohmann::json::parse(read_whole(path_ / run_file), nullptr, false), "started");
}

reports::EarlierRun RunDirectory::earlier() const {
    const auto run = nlohmann::json::parse(read_whole(path_ / run_file), nullptr, false);
    if (!run.is_object())
        throw scenario::BadInput({{{(path_ / run_file).string(), 0}, "tells of no run"}});
    reports::EarlierRun earlier{
        text_of(run, "device"), text_of(run, "firmware"), text_of(run, "started"), {}};
    std::map<std::string, judge::Assessment>
        latest;  // the last line of a scenario has all attempts
    std::ifstream in(path_ / results_file);
    unsigned number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        auto stored = reports::assessment_from_json(line);
        if (!stored && in.eof()) break;  // it was cut off while it was written
        if (!stored)
            throw scenario::BadInput({{{(path_ / results_file).string(), number}, stored.error()}});
        latest.insert_or_assign(stored->assessment.scenario, std::move(stored->assessment));
    }
    for (auto& [id, assessment] : latest) earlier.assessments.push_back(std::move(assessment));
    return earlier;
}

reports::StoredAssessment RunDirectory::store(const AttemptFolder& attempt,
                                              const assess::Judged& judged) const {
    keep(attempt.path, judged);
    return settle(attempt, judged.assessment);
}

reports::StoredAssessment RunDirectory::settle(const AttemptFolder& attempt,
                                               const judge::Assessment& assessment) const {
    // A retry never hides the first result: the worst attempt speaks, all are listed.
    const reports::Attempt own{attempt.number, assessment.verdict, assessment.reason};
    reports::StoredAssessment combined{assessment, {}};
    const auto combined_file = path_ / attempt.scenario / assessment_file;
    if (const auto before = reports::assessment_from_json(read_whole(combined_file))) {
        combined.attempts = before->attempts;
        if (judge::worse(before->assessment.verdict, assessment.verdict) != assessment.verdict)
            combined.assessment = before->assessment;
    }
    combined.attempts.push_back(own);
    write_whole(combined_file, reports::to_json(combined, reports::Layout::pretty));
    append_synced(path_ / results_file, reports::to_json(combined, reports::Layout::line));
    return combined;
}

testbed::Fd RunDirectory::hold() const {
    testbed::Fd folder(testbed::check("open " + path_.string(),
                                      ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) return folder;
    throw UsageError("another run is at work in " + path_.string() + "; give another --out");
}

void RunDirectory::write_run(const std::string& name, const scenario::Device& device,
                             const std::string& started, const std::vector<std::string>& selection,
                             std::uint64_t seed) const {
    nlohmann::json run{{"device", name},       {"title", title_of(device)},
                       {"started", started},   {"tool_version", TWINLINE_VERSION},
                       {"machine", machine()}, {"selection", selection},
                       {"seed", seed}};
    if (const auto& handset = device.handset)
        run["handset"] = {{"vendor", handset->vendor},
                          {"model", handset->model},
                          {"firmware", handset->firmware},
                          {"mac", handset->mac},
                          {"interface", handset->interface}};
    write_whole(path_ / run_file, run.dump(2) + "\n");
}

std::string title_of(const scenario::Device& device) {
    return device.handset ? device.title + " (" + scenario::identity_of(*device.handset) + ")"
                          : device.title;
}

judge::Datasheet datasheet_of(const std::vector<judge::Assessment>& assessments,
                              const scenario::Catalogue& catalogue) {
    std::vector<const judge::Assessment*> all;
    for (const auto& assessment : assessments) all.push_back(&assessment);
    return judge::datasheet(all, catalogue.clauses, catalogue.readings);
}

fs::path RunDirectory::write_reports(reports::RunReport& report,
                                     const scenario::Catalogue& catalogue) const {
    const auto told = nlohmann::json::parse(read_whole(path_ / run_file), nullptr, false);
    report.machine = text_of(told, "machine");
    report.firmware = text_of(told, "firmware");
    report.tool_version = TWINLINE_VERSION;
    const auto assessments = report.assessments();
    report.datasheet = datasheet_of(assessments, catalogue);
    for (const auto& [id, clause] : catalogue.clauses)
        report.clauses.emplace(id, reports::ClauseWords{clause.document, clause.statement});
    write_whole(path_ / "report.html", reports::html(report));
    write_whole(path_ / "report.json", reports::report_json(report));
    write_whole(path_ / "junit.xml", reports::junit("twinline " + report.device, assessments));
    return path_ / "report.html";
}

reports::ScenarioReport scenario_report(const assess::Record& record, const assess::Judged& judged,
                                        const AttemptFolder& attempt, const fs::path& run) {
    reports::ScenarioReport report;
    report.attempt = attempt.number;
    report.assessment = judged.assessment;
    for (const auto& event : judged.observed) {
        if (event.subject == "device") report.device.push_back(event);
        if (event.subject == "twin") report.twin.push_back(event);
    }
    report.config = record.scenario.config;
    if (attempt.complete()) report.record_path = fs::relative(attempt.record(), run).string();
    if (fs::exists(attempt.path / annotated_file))
        report.annotated_path = fs::relative(attempt.path / annotated_file, run).string();
    report.story = record.scenario.story;
    for (const auto& host : record.scenario.topology.hosts)
        if (host.runs == scenario::HostRuns::dns) report.roles.push_back(host.role);
    for (const auto& host : record.scenario.topology.hosts)
        if (host.runs != scenario::HostRuns::dns) report.roles.push_back(host.role);
    return report;
}

}  // namespace twinline::cli
