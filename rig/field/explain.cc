// Readings first: only what none of them explains is held against a phone.
#include "rig/field/explain.hh"

#include "rig/assess/assess.hh"
#include "rig/field/clause.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::field {

namespace {

using timeline::Direction;

enum class Company { alone, among_others };

struct Best {
    Rehearsed rehearsed;
    shadow::Readings readings;
    bool complete = true;
};

// The answers under which the reference goes along the furthest, the defaults first.
Best best_reading(const Rehearsals& rehearsals, const scenario::Catalogue& catalogue,
                  std::size_t most_plays) {
    std::optional<Best> best;
    assess::ReadingForks forks(catalogue.readings);
    auto answers = forks.next();
    for (; answers && rehearsals.played() < most_plays; answers = forks.next()) {
        auto played = rehearsals.play({}, *answers, best ? &best->rehearsed : nullptr);
        if (!best || !played.walked.is_clean())
            played = rehearsals.draw({}, *answers, std::move(played));
        forks.ran(played.asked);
        if (best && !goes_further(played.walked, best->rehearsed.walked)) continue;
        best = Best{std::move(played), *answers, true};
        if (best->rehearsed.walked.is_clean()) return std::move(*best);
    }
    best->complete = !answers;
    return std::move(*best);
}

// Something that a phone is there for must have been seen.
bool does_anything(const Phone& phone) {
    return std::ranges::any_of(phone.events, [](const timeline::Event& event) {
        return event.direction == Direction::out &&
               (event.kind == "sip.request" || event.kind == "dns.query" ||
                event.kind == "tcp.syn");
    });
}

void keep_asked(const Best& best, Explanation& told) {
    for (const auto& event : best.rehearsed.expected)
        if (event.kind == "rig.reading" && event.subject == "device")
            told.readings.emplace(event.field("id"), event.field("value"));
}

void judge_by(const Best& best, const Rehearsals& rehearsals, const scenario::Catalogue& catalogue,
              const std::string& clause, Explanation& told) {
    const auto& walked = best.rehearsed.walked;
    told.all_readings = best.complete;
    if (walked.is_clean_but_for_edges()) {
        told.outcome = Outcome::conforms;
        told.reason = "no divergence: the phone did what the reference does in these surroundings";
        return;
    }
    auto divergence = named(told, best.rehearsed, best.readings, rehearsals, catalogue, clause);
    const bool only_manners = !walked.parting;
    if (only_manners && divergence.clause.empty()) {
        told.outcome = Outcome::conforms;
        told.reason =
            "no divergence: the phone asked the servers that the reference asks, when it "
            "asks them";
        told.notes.push_back("a difference that no rule was found for: " + divergence.text);
        return;
    }
    const bool is_open = walked.parting && (walked.parting->of_answers || walked.parting->is_free);
    if (is_open && divergence.clause.empty()) {
        told.outcome = Outcome::unjudged;
        told.reason = "from here on the two cannot be compared: " + divergence.text;
        return;
    }
    if (walked.parting && walked.parting->is_extra && divergence.clause.empty()) {
        told.outcome = Outcome::conforms;
        told.reason = "no divergence up to what the reference has no rule for: " + divergence.text;
        return;
    }
    told.outcome = Outcome::diverges;
    told.reason = divergence.text;
    told.divergence = std::move(divergence);
}

// A configuration is of the phone whose lines it has; of the only one in any case.
SettingsWanted wanted_of(const SettingsWanted& given, const Phone& phone, Company company) {
    const bool fits = given.file.empty() || company == Company::alone || has_lines_of(given, phone);
    if (fits) return given;
    return {{}, given.vendor, given.firmware};
}

Explanation explain_phone(Phone phone, const Capture& capture, const scenario::Catalogue& catalogue,
                          const Wanted& wanted, Company company) {
    Explanation told;
    told.phone = std::move(phone);
    told.met = environment_of(told.phone, capture);
    const auto given = wanted_of(wanted.settings, told.phone, company);
    if (!does_anything(told.phone) || (told.phone.lines.empty() && given.file.empty())) {
        told.reason =
            "the phone registers no line in this capture: without its configuration there is "
            "nothing to compare";
        return told;
    }
    told.settings = settings_of(given, told.phone, told.met);
    const auto rehearse = [&](Sequel sequel) {
        told.stage = std::make_unique<Stage>(stage_of(told.phone, told.met, told.settings, sequel));
        return std::make_unique<Rehearsals>(*told.stage, told.met, told.phone);
    };
    auto rehearsals = rehearse(Sequel::brief);
    auto best = best_reading(*rehearsals, catalogue, wanted.most_plays);
    if (const auto* first = best.rehearsed.walked.first(); first != nullptr && first->is_extra) {
        rehearsals = rehearse(Sequel::of_a_pause);
        best = best_reading(*rehearsals, catalogue, wanted.most_plays);
    }
    for (const auto* list : {&told.met.notes, &told.settings.notes, &told.stage->notes})
        told.notes.insert(told.notes.end(), list->begin(), list->end());
    told.expected = best.rehearsed.expected;
    told.choices = best.rehearsed.choices;
    told.seed = best.rehearsed.seed;
    keep_asked(best, told);
    judge_by(best, *rehearsals, catalogue, wanted.clause, told);
    return told;
}

}  // namespace

std::string_view to_string(Confidence confidence) {
    switch (confidence) {
        case Confidence::high:
            return "high";
        case Confidence::medium:
            return "medium";
        case Confidence::low:
            break;
    }
    return "low";
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::conforms:
            return "conforms";
        case Outcome::diverges:
            return "diverges";
        case Outcome::unjudged:
            break;
    }
    return "cannot be judged";
}

std::vector<Explanation> explain(const Capture& capture, const scenario::Catalogue& catalogue,
                                 const Wanted& wanted) {
    std::vector<Explanation> all;
    auto phones = phones_of(capture);
    const auto company = phones.size() == 1 ? Company::alone : Company::among_others;
    for (auto& phone : phones)
        all.push_back(explain_phone(std::move(phone), capture, catalogue, wanted, company));
    return all;
}

}  // namespace twinline::field
