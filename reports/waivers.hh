// What a lab accepts although it is not as documented: a named clause, a reason, who signs for it
// and until when. A waiver is shown beside its finding and changes no verdict.
#pragma once

#include "rig/judge/assessment.hh"

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace twinline::reports {

struct Waiver {
    std::string clause;
    std::string scenarios;  // an expression as of --select; empty: in all of them
    std::string reason;
    std::string signer;
    std::chrono::year_month_day expires;  // the last day on which it holds

    bool holds_on(std::chrono::year_month_day day) const { return day <= expires; }
    // Whether it speaks of this finding, which weighs something, in this scenario.
    bool concerns(const judge::Finding& finding, const std::string& scenario) const;
};

using Clauses = std::map<std::string, scenario::Clause, std::less<>>;

// `waivers:`, a list of {clause, scenarios, reason, signer, expires: 2027-03-31}. Throws
// scenario::BadInput with every fault: an unknown clause or key, a day that does not exist ...
std::vector<Waiver> load_waivers(const std::filesystem::path& file, const Clauses& clauses);

std::string day_text(std::chrono::year_month_day day);  // "2027-03-31"

// "waived by N. N. until 2027-03-31: REASON"; one that has run out says so.
std::string to_text(const Waiver& waiver, std::chrono::year_month_day today);

}  // namespace twinline::reports
