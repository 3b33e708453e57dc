// A wrong clause is worse than none: it sends people looking in the wrong place.
#include "rig/field/clause.hh"

#include "reference_impl/mutants/mutants.hh"
#include "rig/judge/weigh.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace twinline::field {

namespace {

using mutants::Mutant;

// The documents of a vendor's clauses, by how their ids begin.
bool concerns(const Mutant& mutant, const std::string& vendor) {
    const auto begins = [&](std::string_view prefix) { return mutant.clause.starts_with(prefix); };
    if (begins("RFC-")) return true;
    if (vendor == "yealink") return begins("YL-") || begins("EXT-YL");
    if (vendor == "aastra") return begins("AA-") || begins("EXT-AA");
    if (vendor == "audiocodes") return begins("AC-") || begins("EXT-AC");
    return false;
}

struct Suspects {
    std::vector<const Mutant*> fit;  // that do all that was seen
    bool are_all = true;             // that there are; false: not each was tried
    // The document of a vendor goes before the RFC whose rule it takes up.
    void prefer_the_vendors() {
        const auto is_of_rfc = [](const Mutant* mutant) {
            return mutant->clause.starts_with("RFC-");
        };
        if (!std::ranges::all_of(fit, is_of_rfc)) std::erase_if(fit, is_of_rfc);
    }
    std::set<std::string> clauses() const {
        std::set<std::string> all;
        for (const auto* mutant : fit) all.insert(std::string(mutant->clause));
        return all;
    }
    void keep(std::string_view clause) {
        std::erase_if(fit, [&](const Mutant* mutant) { return mutant->clause != clause; });
    }
};

Suspects suspects(const Explanation& told, const Rehearsed& best, const shadow::Readings& readings,
                  const Rehearsals& defects) {
    Suspects found;
    for (const auto& mutant : mutants::all()) {
        if (mutant.defect.fickle != nullptr || !concerns(mutant, told.settings.vendor)) continue;
        if (defects.is_spent()) found.are_all = false;
        if (!found.are_all) break;
        auto played = defects.play(mutant.defect, readings, &best);
        const bool may_draw = best.drew_servers && !parts_alike(played.walked, best.walked);
        if (!played.walked.is_clean() && may_draw)
            played = defects.draw(mutant.defect, readings, std::move(played));
        if (played.walked.is_clean()) found.fit.push_back(&mutant);
    }
    found.are_all = found.are_all && !defects.is_spent();
    return found;
}

std::string sentence(const Difference& difference) {
    return difference.did + "; " + difference.wanted;
}

// What the capture leaves open, so that the reference may have been somewhere else than this.
std::string doubt(const Explanation& told) {
    if (told.settings.inferred) return "the configuration is inferred";
    if (told.met.late_start) return "the capture begins after the phone had registered";
    if (!told.met.saw_dns) return "the capture holds no DNS";
    if (told.phone.is_behind_nat()) return "what came through the NAT is not seen";
    return {};
}

// Finds the words for one divergence, and how sure they are.
class Namer {
  public:
    Namer(const Explanation& told, const scenario::Catalogue& catalogue, const std::string& wanted)
        : told_(told), catalogue_(catalogue), wanted_(wanted), unsure_(doubt(told)) {}

    void begin(const Difference& first) {
        found_.at = told_.stage->in_capture(first.at);
        found_.frame = first.frame;
        found_.text = sentence(first);
    }

    // By the defects that explain the capture, if there are any and all were tried.
    void by_defects(Suspects known, std::size_t played) {
        const auto alike = known.clauses();
        const bool is_taken = (alike.size() > 1 || !known.are_all) && alike.contains(wanted_);
        found_.is_cut_short = !known.are_all;
        found_.is_explained = !known.fit.empty();
        if (is_taken) {
            known.keep(wanted_);
        } else {
            known.prefer_the_vendors();
        }
        const auto clauses = known.clauses();
        if (clauses.size() == 1 && (known.are_all || is_taken)) {
            by_one_clause(known, alike, is_taken);
            return;
        }
        found_.candidates.assign(clauses.begin(), clauses.end());
        if (found_.is_cut_short)
            found_.why = fmt::format(
                "the search was ended after {} worlds, before every known defect had been tried",
                played);
        else
            found_.why = fmt::format(
                "one of {}: phones that break any of them would look alike in this capture",
                fmt::join(clauses, ", "));
    }

    // By the reference's own reason, where no known defect explains the capture.
    void by_course(const Difference& first, const Rehearsed& best) {
        if (!first.of_answers) found_.candidates = first.clauses;
        if (std::ranges::find(found_.candidates, wanted_) != found_.candidates.end()) {
            name(wanted_, Confidence::low,
                 "no known defect explains the capture; the reference goes another way here by "
                 "this clause, which was asked for");
            return;
        }
        // The RFCs measure any phone; a vendor's phone that does what no known defect does is one
        // whose surroundings are not understood, as a rule.
        const bool is_course = best.walked.parting && &first == &*best.walked.parting &&
                               !first.of_answers && !first.is_extra;
        if (is_course && !first.clauses.empty() && unsure_.empty() &&
            told_.settings.vendor == "generic" && !best.drew_servers) {
            name(first.clauses.front(), Confidence::medium,
                 "it is the clause by which the reference does otherwise at this point; no known "
                 "defect explains the rest of the capture");
            return;
        }
        found_.why =
            first.of_answers
                ? "the two were answered otherwise: the surroundings are not understood"
                : "no known defect explains the capture" + (unsure_.empty() ? "" : "; " + unsure_);
    }

    Divergence found() && { return std::move(found_); }

  private:
    void by_one_clause(const Suspects& known, const std::set<std::string>& alike, bool is_taken) {
        const bool is_preferred = !is_taken && alike.size() > 1;
        found_.defect = known.fit.front()->title;
        for (const auto* mutant : known.fit) found_.mutants.emplace_back(mutant->id);
        if (is_preferred) found_.candidates.assign(alike.begin(), alike.end());
        name(std::string(known.fit.front()->clause),
             is_taken       ? Confidence::low
             : is_preferred ? Confidence::medium
                            : Confidence::high,
             "a phone with this one defect does all that was captured: it " + found_.defect +
                 (is_taken       ? "; so do phones that break other clauses, this one was asked for"
                  : is_preferred ? "; the RFC's rule is that of its document here"
                                 : ""));
    }

    void name(const std::string& clause, Confidence confidence, std::string why) {
        found_.clause = clause;
        found_.level = judge::level_of(catalogue_.clauses, clause);
        if (const auto entry = catalogue_.clauses.find(clause); entry != catalogue_.clauses.end()) {
            found_.document = entry->second.document;
            found_.asked = entry->second.statement;
        }
        found_.confidence =
            unsure_.empty() || confidence == Confidence::low ? confidence : Confidence::medium;
        found_.why = std::move(why) + (unsure_.empty() ? "" : "; " + unsure_);
    }

    const Explanation& told_;
    const scenario::Catalogue& catalogue_;
    const std::string& wanted_;
    std::string unsure_;
    Divergence found_;
};

}  // namespace

Divergence named(const Explanation& told, const Rehearsed& best, const shadow::Readings& readings,
                 const Rehearsals& defects, const scenario::Catalogue& catalogue,
                 const std::string& wanted) {
    auto known = suspects(told, best, readings, defects);
    const bool is_open = known.fit.empty() && known.are_all;
    // How a request looks and what the DNS is asked tell known defects apart. A phone that none of
    // them explains may do both in its own manner; whom it asks, and when, is what counts then.
    const auto& first =
        known.fit.empty() && best.walked.parting ? *best.walked.parting : *best.walked.first();
    Namer namer(told, catalogue, wanted);
    namer.begin(first);
    if (is_open)
        namer.by_course(first, best);
    else
        namer.by_defects(std::move(known), defects.played());
    return std::move(namer).found();
}

}  // namespace twinline::field
