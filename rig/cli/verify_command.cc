// `twinline verify`: a certificate checked by somebody who trusts nothing in it but the lab's key;
// every verdict is reached again from the records.
#include "reports/datasheet.hh"
#include "reports/text.hh"
#include "rig/cli/certificate_file.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/lab_attempt.hh"
#include "rig/cli/place.hh"
#include "rig/cli/scratch_folder.hh"
#include "rig/cli/terminal.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;

struct VerifyOptions {
    std::string bundle, trust;
    bool json = false;
};

using Differences = std::vector<std::string>;

// What a finding asserts, without the ids that only place it in a timeline.
auto essence(const judge::Finding& f) {
    return std::tuple(f.clause, f.level, f.voice, f.weight, f.text, f.frames);
}

std::string told(const judge::Finding& f) {
    return fmt::format("{} {}: {}", judge::to_string(f.weight), f.clause, f.text);
}

// Every finding of `a` that `b` lacks.
void add_lacking(Differences& differences, const std::string& where, std::string_view what,
                 const judge::Assessment& a, const judge::Assessment& b) {
    for (const auto& finding : a.findings)
        if (std::ranges::none_of(b.findings, [&](const judge::Finding& other) {
                return essence(other) == essence(finding);
            }))
            differences.push_back(fmt::format("{}: {}: {}", where, what, told(finding)));
}

void compare(Differences& differences, const std::string& where, const judge::Assessment& certified,
             const judge::Assessment& again) {
    if (certified.verdict != again.verdict)
        differences.push_back(fmt::format("{}: certified {} ({}), judged again {} ({})", where,
                                          judge::to_string(certified.verdict), certified.reason,
                                          judge::to_string(again.verdict), again.reason));
    add_lacking(differences, where, "certified, but not found again", certified, again);
    add_lacking(differences, where, "found, but not certified", again, certified);
}

judge::Assessment stored_assessment(const fs::path& file) {
    auto stored = reports::assessment_from_json(read_whole(file));
    if (!stored) throw scenario::BadInput({{{file.string(), 0}, stored.error()}});
    return std::move(stored->assessment);
}

class Verifier {
  public:
    Verifier(const reports::Certificate& certificate, fs::path folder)
        : certificate_(certificate), folder_(std::move(folder)) {}

    Differences verify(const scenario::Catalogue& catalogue) {
        ProgressLine progress(certificate_.attempts.size());
        for (const auto& attempt : certificate_.attempts) {
            progress.begin(attempt.scenario);
            const auto before = differences_.size();
            one(attempt);
            progress.finish(differences_.size() == before ? "as certified" : "differs");
        }
        const auto conflict =
            reports::conflict_sentence(datasheet_of(assessments_, catalogue).consistency);
        if (conflict != certificate_.conflict)
            differences_.push_back(fmt::format("open questions: certified \"{}\", found \"{}\"",
                                               certificate_.conflict, conflict));
        compare_clauses();
        return std::move(differences_);
    }

  private:
    void one(const reports::CertifiedAttempt& attempt) {
        const auto path = folder_ / attempt.folder;
        const auto certified = stored_assessment(path / assessment_file);
        if (certified.verdict != attempt.verdict || certified.reason != attempt.reason)
            differences_.push_back(
                attempt.folder + ": the list of verdicts and assessment.json say different things");
        if (!attempt.recorded) {
            if (certified.verdict == judge::Verdict::pass ||
                certified.verdict == judge::Verdict::fail)
                differences_.push_back(attempt.folder +
                                       ": a verdict without a record that shows it");
            assessments_.push_back(certified);
            return;
        }
        const auto strictness =
            certificate_.strict ? judge::Strictness::strict : judge::Strictness::lenient;
        auto again = assess::assess(assess::load_record(path / "record"), strictness).assessment;
        compare(differences_, attempt.folder, certified, again);
        assessments_.push_back(std::move(again));
    }

    void compare_clauses() {
        const auto found = judge::by_clause(assessments_);
        const auto word = [](const auto& verdicts, const std::string& id) {
            const auto verdict = verdicts.find(id);
            return verdict == verdicts.end() ? std::string_view("nothing")
                                             : judge::word_of(verdict->second.worst);
        };
        std::set<std::string> ids;
        for (const auto& [id, verdict] : found) ids.insert(id);
        for (const auto& [id, verdict] : certificate_.clauses) ids.insert(id);
        for (const auto& id : ids)
            if (word(found, id) != word(certificate_.clauses, id))
                differences_.push_back(fmt::format("clause {}: certified {}, found {}", id,
                                                   word(certificate_.clauses, id),
                                                   word(found, id)));
    }

    const reports::Certificate& certificate_;
    fs::path folder_;
    Differences differences_;
    std::vector<judge::Assessment> assessments_;
};

void print(const reports::Certificate& certificate, const Differences& differences) {
    std::cout << reports::to_text(certificate, today());
    for (const auto& line : differences) std::cout << "DIFFERS  " << reports::plain(line) << '\n';
    const auto recorded =
        std::ranges::count(certificate.attempts, true, &reports::CertifiedAttempt::recorded);
    const auto others = std::ssize(certificate.attempts) - recorded;
    std::cout << fmt::format(
        "{}: {} verdicts judged again{}, {} files as signed{}\n",
        differences.empty() ? "the certificate holds" : "the certificate does not hold", recorded,
        others == 0 ? "" : fmt::format(" ({} have no record)", others), certificate.files.size(),
        differences.empty() ? "" : fmt::format(", {} differences", differences.size()));
    if (!differences.empty() && certificate.tool_version != TWINLINE_VERSION)
        std::cout << fmt::format("it was made by twinline {}, this is {}\n",
                                 reports::plain(certificate.tool_version), TWINLINE_VERSION);
}

int verify(const VerifyOptions& options) {
    const reports::PublicKey trusted{fs::path(options.trust)};
    const ScratchFolder scratch;
    const auto certificate = unpack_certificate(options.bundle, trusted, scratch.path());
    const auto differences =
        Verifier(certificate, scratch.path()).verify(scenario::load_catalogue(fixtures_folder()));
    if (options.json)
        std::cout << nlohmann::json{{"holds", differences.empty()},
                                    {"differences", differences},
                                    {"certificate",
                                     nlohmann::json::parse(reports::to_json(certificate))}}
                         .dump(2)
                  << '\n';
    else
        print(certificate, differences);
    return differences.empty() ? ok : failed;
}

}  // namespace

void add_verify_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<VerifyOptions>();
    auto* command = app.add_subcommand(
        "verify", "Check a certificate: signature, hashes, and every verdict from its record");
    command->footer(
        "Exit code 0: it holds, whatever it says of the device; 1: a verdict is reached otherwise; "
        "65: it was changed, or another key signed it.\n"
        "Example: twinline verify firmware-86.tgz --trust lab.pub");
    command->add_option("BUNDLE", options->bundle, "What `twinline report --bundle` wrote")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--trust", options->trust, "The lab's public key, a PEM file")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_flag("--json", options->json, "One JSON document on standard output");
    command->callback([&action, options] { action = [options] { return verify(*options); }; });
}

}  // namespace twinline::cli
