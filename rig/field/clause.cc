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

}  // namespace

Divergence named(const Explanation& told, const Rehearsed& best, const shadow::Readings& readings,
                 const Rehearsals& defects, const scenario::Catalogue& catalogue,
                 const std::string& wanted) {
    auto known = suspects(told, best, readings, defects);
    // How a request looks and what the DNS is asked tell known defects apart. A phone that none of
    // them explains may do both in its own manner; whom it asks, and when, is what counts then.
    const auto& first =
        known.fit.empty() && best.walked.parting ? *best.walked.parting : *best.walked.first();
    Divergence divergence;
    divergence.at = told.stage->in_capture(first.at);
    divergence.frame = first.frame;
    divergence.text = sentence(first);
    const auto alike = known.clauses();
    auto clauses = alike;
    const bool is_taken = (clauses.size() > 1 || !known.are_all) && clauses.contains(wanted);
    divergence.is_cut_short = !known.are_all;
    divergence.is_explained = !known.fit.empty();
    if (is_taken) {
        known.keep(wanted);
    } else {
        known.prefer_the_vendors();
    }
    clauses = known.clauses();
    const bool is_preferred = !is_taken && clauses.size() < alike.size();
    const auto unsure = doubt(told);
    const auto name = [&](const std::string& clause, Confidence confidence, std::string why) {
        divergence.clause = clause;
        divergence.level = judge::level_of(catalogue.clauses, clause);
        if (const auto found = catalogue.clauses.find(clause); found != catalogue.clauses.end()) {
            divergence.document = found->second.document;
            divergence.asked = found->second.statement;
        }
        divergence.confidence =
            unsure.empty() || confidence == Confidence::low ? confidence : Confidence::medium;
        divergence.why = std::move(why) + (unsure.empty() ? "" : "; " + unsure);
    };
    if (divergence.is_cut_short && !is_taken) {
        divergence.candidates.assign(clauses.begin(), clauses.end());
        divergence.why = fmt::format(
            "the search was ended after {} worlds, before every known defect had been tried",
            defects.played());
        return divergence;
    }
    if (clauses.size() == 1) {
        divergence.defect = known.fit.front()->title;
        for (const auto* mutant : known.fit) divergence.mutants.emplace_back(mutant->id);
        if (is_preferred) divergence.candidates.assign(alike.begin(), alike.end());
        name(*clauses.begin(),
             is_taken       ? Confidence::low
             : is_preferred ? Confidence::medium
                            : Confidence::high,
             "a phone with this one defect does all that was captured: it " + divergence.defect +
                 (is_taken       ? "; so do phones that break other clauses, this one was asked for"
                  : is_preferred ? "; the RFC's rule is that of its document here"
                                 : ""));
        return divergence;
    }
    if (clauses.size() > 1) {
        divergence.candidates.assign(clauses.begin(), clauses.end());
        divergence.why =
            fmt::format("one of {}: phones that break any of them would look alike in this capture",
                        fmt::join(clauses, ", "));
        return divergence;
    }
    if (!first.of_answers) divergence.candidates = first.clauses;
    if (std::ranges::find(divergence.candidates, wanted) != divergence.candidates.end()) {
        name(wanted, Confidence::low,
             "no known defect explains the capture; the reference goes another way here by this "
             "clause, which was asked for");
        return divergence;
    }
    // The RFCs measure any phone; a vendor's phone that does what no known defect does is one whose
    // surroundings are not understood, as a rule.
    const bool is_course = best.walked.parting && &first == &*best.walked.parting &&
                           !first.of_answers && !first.is_extra;
    if (is_course && !first.clauses.empty() && unsure.empty() &&
        told.settings.vendor == "generic" && !best.drew_servers) {
        name(
            first.clauses.front(), Confidence::medium,
            "it is the clause by which the reference does otherwise at this point; no known defect "
            "explains the rest of the capture");
        return divergence;
    }
    divergence.why = first.of_answers
                         ? "the two were answered otherwise: the surroundings are not understood"
                         : "no known defect explains the capture" +
                               (unsure.empty() ? std::string() : "; " + unsure);
    return divergence;
}

}  // namespace twinline::field
