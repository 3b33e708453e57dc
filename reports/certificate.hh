// The manifest of a certificate: what was run on what, every verdict, what the verdicts rest on,
// and the hash of each file that backs them.
#pragma once

#include "reports/waivers.hh"
#include "rig/judge/by_clause.hh"

#include <tl/expected.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::reports {

inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view run_folder = "run/";  // begins the name of every other file

struct CertifiedFile {
    std::string name;
    std::uint64_t size = 0;
    std::string sha256;  // lower-case hex
};

struct CertifiedAttempt {
    std::string folder;  // run/SCENARIO/attempt-N
    std::string scenario;
    judge::Verdict verdict = judge::Verdict::none;
    std::string reason;
    bool recorded = false;  // false: it could not be played, and nothing can be judged again
};

// What the rig that judged was able to notice, over the scenarios of the certificate.
struct Qualification {
    std::size_t scenarios = 0;
    std::vector<std::string> not_passed;  // of them, by the reference in virtual time
    std::size_t mutants = 0;
    std::vector<std::string> survivors;  // of them: broken phones that no scenario told apart
};

struct Certificate {
    std::string made;  // ISO 8601, UTC
    std::string tool_version;
    std::string key;  // fingerprint
    std::string run;  // run.json as it stood
    bool strict = false;
    std::vector<CertifiedAttempt> attempts;
    std::map<std::string, judge::ClauseVerdict, std::less<>> clauses;
    std::map<std::string, std::vector<std::string>> readings;  // question -> answers that fit
    std::string conflict;               // of those answers; empty: one set explains the device
    std::vector<std::string> external;  // clauses from sources other than the vendor's document
    Qualification qualification;
    std::vector<Waiver> waivers;
    std::vector<CertifiedFile> files;
};

std::string to_json(const Certificate& certificate);
// The error says what is wrong with it. Names of files are relative and stay inside the archive.
tl::expected<Certificate, std::string> certificate_from_json(std::string_view text);

// What a person reads of it on a terminal: whose, what, how it went, what it rests on.
std::string to_text(const Certificate& certificate, std::chrono::year_month_day today);

}  // namespace twinline::reports
