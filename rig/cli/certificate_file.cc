// Nothing of a certificate is read before the lab's key has vouched for it; only to say which file
// was changed is one read all the same.
#include "rig/cli/certificate_file.hh"

#include "reports/archive.hh"
#include "reports/datasheet.hh"
#include "reports/seal.hh"
#include "rig/assess/qualification.hh"
#include "rig/cli/kept_attempt.hh"
#include "rig/cli/lab_attempt.hh"
#include "rig/cli/terminal.hh"
#include "rig/scenario/record_files.hh"
#include "rig/scenario/sha256.hh"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;
namespace files = scenario::record;

constexpr std::size_t largest_manifest = 256U << 20U;

class Packer {
  public:
    Packer(const RunDirectory& run, const CertificateOrder& order,
           const scenario::Catalogue& catalogue)
        : run_(run), order_(order), catalogue_(catalogue), key_(order.key) {
        if (!order.waivers.empty())
            certificate_.waivers = reports::load_waivers(order.waivers, catalogue.clauses);
        certificate_.strict = order.strictness == judge::Strictness::strict;
    }

    reports::Certificate pack() {
        judge_all();
        conclude();
        const auto beside = fs::path(order_.file).concat(".new");
        write(beside);
        reports::seal(beside, key_);
        fs::rename(beside, order_.file);
        return std::move(certificate_);
    }

  private:
    void write(const fs::path& file) const {
        reports::ArchiveWriter archive(file);
        archive.add(std::string(reports::manifest_name), reports::to_json(certificate_));
        for (const auto& listed : certificate_.files) {
            const auto text = texts_.find(listed.name);
            if (text != texts_.end())
                archive.add(listed.name, text->second);
            else
                archive.add_file(listed.name, sources_.at(listed.name));
        }
        archive.close();
    }

    void judge_all() {
        const auto attempts = run_.attempts();
        if (std::ranges::none_of(attempts, &AttemptFolder::complete))
            throw scenario::BadInput({{{run_.path().string(), 0}, "holds no record of a run"}});
        ProgressLine progress(attempts.size());
        for (const auto& attempt : attempts) {
            progress.begin(attempt.scenario);
            const bool interrupted =
                !attempt.complete() && !fs::exists(attempt.path / assessment_file);
            progress.finish(interrupted ? "interrupted, not certified"
                                        : std::string(judge::to_string(one(attempt).verdict)));
        }
    }

    const judge::Assessment& one(const AttemptFolder& attempt) {
        const auto folder = std::string(reports::run_folder) +
                            fs::relative(attempt.path, run_.path()).generic_string();
        if (!attempt.complete()) return add(attempt, folder, unrecorded(attempt), false);
        auto record = assess::load_record(attempt.record());
        auto judged = assess::assess(record, order_.strictness);
        for (const auto name : files::hashed) add_file(folder, attempt.record(), std::string(name));
        add_file(folder, attempt.record(), std::string(files::sums));
        const auto id = record.scenario.id;
        played_.insert_or_assign(id, std::move(record.scenario));
        return add(attempt, folder, std::move(judged.assessment), true);
    }

    // Nobody could reach such a verdict again.
    static judge::Assessment unrecorded(const AttemptFolder& attempt) {
        auto assessment = kept(attempt.path);
        if (assessment.verdict == judge::Verdict::pass ||
            assessment.verdict == judge::Verdict::fail)
            throw scenario::BadInput(
                {{{attempt.path.string(), 0},
                  fmt::format("no certificate can rest on this {}: {}",
                              judge::to_string(assessment.verdict),
                              attempt.capture_removed() ? "its capture was removed"
                                                        : "it was played without a record")}});
        return assessment;
    }

    const judge::Assessment& add(const AttemptFolder& attempt, const std::string& folder,
                                 judge::Assessment assessment, bool recorded) {
        certificate_.attempts.push_back(
            {folder, attempt.scenario, assessment.verdict, assessment.reason, recorded});
        add_text(folder + '/' + assessment_file,
                 reports::to_json(assessment, reports::Layout::pretty));
        return assessments_.emplace_back(std::move(assessment));
    }

    void add_text(const std::string& name, const std::string& text) { texts_[name] = text; }

    void add_file(const std::string& folder, const fs::path& record, const std::string& name) {
        sources_[fmt::format("{}/{}/{}", folder, files::folder, name)] = record / name;
    }

    void conclude() {
        const auto sheet = datasheet_of(assessments_, catalogue_);
        certificate_.conflict = reports::conflict_sentence(sheet.consistency);
        for (const auto& question : sheet.consistency.questions)
            certificate_.readings[question.question] = question.fitting;
        certificate_.clauses = judge::by_clause(assessments_);
        for (const auto& [id, verdict] : certificate_.clauses)
            if (id.starts_with("EXT-")) certificate_.external.push_back(id);
        certificate_.qualification = qualification();
        certificate_.made = timestamp();
        certificate_.tool_version = TWINLINE_VERSION;
        certificate_.key = key_.fingerprint();
        certificate_.run = read_whole(run_.path() / "run.json");
        if (certificate_.run.empty()) certificate_.run = "{}";
        if (fs::exists(run_.path() / "report.html"))
            sources_[std::string(reports::run_folder) + "report.html"] =
                run_.path() / "report.html";
        list_files();
    }

    reports::Qualification qualification() const {
        auto own = catalogue_;
        own.scenarios = {played_.begin(), played_.end()};
        const auto q = assess::qualify(own, order_.strictness);
        return {q.scenarios, q.not_passed, q.mutants, q.survivors};
    }

    void list_files() {
        for (const auto& [name, text] : texts_)
            certificate_.files.push_back({name, text.size(), scenario::sha256_of(text)});
        for (const auto& [name, path] : sources_)
            certificate_.files.push_back({name, fs::file_size(path), scenario::sha256(path)});
        std::ranges::sort(certificate_.files, {}, &reports::CertifiedFile::name);
    }

    const RunDirectory& run_;
    const CertificateOrder& order_;
    const scenario::Catalogue& catalogue_;
    reports::SigningKey key_;
    reports::Certificate certificate_;
    std::vector<judge::Assessment> assessments_;
    std::map<std::string, scenario::Scenario, std::less<>> played_;
    std::map<std::string, std::string> texts_;  // by name in the archive
    std::map<std::string, fs::path> sources_;
};

class Unpacker {
  public:
    Unpacker(const fs::path& file, fs::path folder)
        : file_(file), folder_(std::move(folder)), archive_(file) {}

    reports::Certificate unpack() {
        auto certificate = reports::certificate_from_json(manifest());
        if (!certificate) refuse("its manifest cannot be read: " + certificate.error());
        std::map<std::string, const reports::CertifiedFile*> expected;
        for (const auto& file : certificate->files) expected.emplace(file.name, &file);
        while (const auto entry = archive_.next()) {
            const auto found = expected.find(entry->name);
            if (found == expected.end() || !entry->is_file)
                refuse(entry->name + " is not in its manifest");
            take(*entry, *found->second);
            expected.erase(found);
        }
        if (!expected.empty()) refuse(expected.begin()->first + " is missing");
        return std::move(*certificate);
    }

  private:
    std::string manifest() {
        const auto entry = archive_.next();
        if (!entry || entry->name != reports::manifest_name || !entry->is_file ||
            entry->size > largest_manifest)
            refuse(fmt::format("it does not begin with {}", reports::manifest_name));
        std::string text;
        archive_.read([&text](std::string_view octets) { text += octets; });
        return text;
    }

    void take(const reports::ArchiveEntry& entry, const reports::CertifiedFile& listed) {
        if (entry.size != listed.size) refuse(entry.name + " was changed: it has another size");
        const auto path = folder_ / entry.name;
        fs::create_directories(path.parent_path());
        {
            std::ofstream out(path, std::ios::binary);
            archive_.read([&out](std::string_view octets) {
                out.write(octets.data(), static_cast<std::streamsize>(octets.size()));
            });
            out.flush();
            if (!out) throw std::runtime_error("write " + path.string() + " failed");
        }
        if (scenario::sha256(path) != listed.sha256)
            refuse(entry.name + " was changed: its hash is not that of the manifest");
    }

    [[noreturn]] void refuse(std::string text) const {
        throw scenario::BadInput({{{file_.string(), 0}, std::move(text)}});
    }

    const fs::path& file_;
    fs::path folder_;
    reports::ArchiveReader archive_;
};

}  // namespace

reports::Certificate write_certificate(const RunDirectory& run, const CertificateOrder& order,
                                       const scenario::Catalogue& catalogue) {
    return Packer(run, order, catalogue).pack();
}

reports::Certificate unpack_certificate(const fs::path& file, const reports::PublicKey& trusted,
                                        const fs::path& folder) {
    const auto refuse = [&file](std::string text) {
        throw scenario::BadInput({{{file.string(), 0}, std::move(text)}});
    };
    switch (reports::check_seal(file, trusted)) {
        case reports::Seal::holds:
            break;
        case reports::Seal::none:
            refuse("is no certificate, or was changed: it does not end with a signature");
            break;
        case reports::Seal::other_key:
            refuse("was not signed with the trusted key " + trusted.fingerprint());
            break;
        case reports::Seal::broken:
            Unpacker(file, folder).unpack();  // throws when it finds what was changed
            refuse("was changed after it was signed");
    }
    return Unpacker(file, folder).unpack();
}

}  // namespace twinline::cli
