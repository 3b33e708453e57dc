// Readings first: only what none of them explains is held against a phone.
#include "rig/field/explain.hh"

#include "rig/assess/assess.hh"
#include "rig/field/clause.hh"
#include "rig/field/completion.hh"
#include "rig/field/lives.hh"
#include "rig/field/misfit.hh"
#include "rig/judge/wording.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

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
Best best_reading(const Rehearsals& rehearsals, const scenario::Catalogue& catalogue) {
    std::optional<Best> best;
    assess::ReadingForks forks(catalogue.readings);
    auto answers = forks.next();
    for (; answers && (!best || !rehearsals.is_spent()); answers = forks.next()) {
        auto played = rehearsals.play({}, *answers, best ? &best->rehearsed : nullptr);
        if (!best || !played.walked.is_clean())
            played = rehearsals.draw({}, *answers, std::move(played));
        forks.ran(played.asked);
        if (best && !goes_further(played.walked, best->rehearsed.walked)) continue;
        best = Best{std::move(played), *answers, true};
        if (best->rehearsed.walked.is_clean()) return std::move(*best);
    }
    best->complete = !answers && !rehearsals.is_spent();
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

std::string by_clauses(const std::vector<std::string>& clauses) {
    return clauses.empty() ? std::string() : fmt::format(" (by {})", fmt::join(clauses, ", "));
}

void leave_open(Explanation& told, std::string reason) {
    told.outcome = Outcome::unjudged;
    told.reason = std::move(reason);
    told.is_whole = false;
}

// A phone that was on before the capture may know better than to ask it.
bool turns_to_a_stranger(const Environment& met, const Walked& walked) {
    if (!met.late_start || !walked.parting) return false;
    const auto* server = met.find(walked.parting->wanted_of);
    return server != nullptr && !server->contacted;
}

void judge_by(const Best& best, const Rehearsals& defects, const scenario::Catalogue& catalogue,
              const std::string& clause, Explanation& told) {
    const auto& walked = best.rehearsed.walked;
    told.all_readings = best.complete;
    if (walked.is_clean_but_for_edges()) {
        told.outcome = Outcome::conforms;
        told.reason = "no divergence: the phone did what the reference does in these surroundings";
        return;
    }
    if (!best.complete)
        return leave_open(told,
                          fmt::format("the search was ended after {} worlds, before all "
                                      "admissible answers to the open questions had been "
                                      "tried; under the best of them it {}; {}",
                                      told.worlds, walked.first()->did, walked.first()->wanted));
    if (turns_to_a_stranger(told.met, walked))
        return leave_open(told, fmt::format("{}; {}, which was never asked in a capture that "
                                            "begins late: how it stood with it is not seen",
                                            walked.parting->did, walked.parting->wanted));
    auto divergence = named(told, best.rehearsed, best.readings, defects, catalogue, clause);
    told.worlds += defects.played();
    if (const auto why = misfit(told); !why.empty() && divergence.clause.empty())
        return leave_open(told, why);
    const bool only_manners = !walked.parting;
    const bool is_named = !divergence.clause.empty() || divergence.is_explained;
    if (only_manners && walked.first()->may_be_the_user && is_named)
        return leave_open(told, divergence.text +
                                    ", or its user tried a call that no server was "
                                    "found for");
    const bool is_extra = walked.parting && walked.parting->is_extra;
    if (divergence.is_cut_short && divergence.clause.empty())
        return leave_open(told, divergence.why + ": " + divergence.text);
    if (only_manners && !is_named) {
        told.outcome = Outcome::conforms;
        told.reason =
            "no divergence: the phone asked the servers that the reference asks, when it "
            "asks them";
        told.notes.push_back("a difference that no rule was found for: " + divergence.text);
        return;
    }
    const bool is_open = walked.parting && (walked.parting->of_answers || walked.parting->is_free);
    if (is_open && divergence.clause.empty())
        return leave_open(told, "from here on the two cannot be compared: " + divergence.text);
    if (walked.parting && walked.parting->may_be_the_user && divergence.clause.empty())
        return leave_open(told,
                          divergence.text + ", or its user hung up, of which nothing is seen");
    if (is_extra && divergence.clause.empty()) {
        told.outcome = Outcome::conforms;
        told.reason = "no divergence up to what the reference has no rule for: " + divergence.text;
        told.is_whole = false;
        return;
    }
    // Neither the reference nor any defect that is known: as a rule the surroundings are not
    // understood.
    if (!is_named)
        return leave_open(
            told, fmt::format("from here on the two cannot be compared, for no known defect goes "
                              "this way either: {}{}",
                              divergence.text, by_clauses(divergence.candidates)));
    if (told.settings.inferred && divergence.clause.empty())
        return leave_open(told, divergence.text + ", which its configuration may ask for");
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

Walked by_the_capture(Walked walked, const Stage& stage) {
    if (walked.parting) walked.parting->at = stage.in_capture(walked.parting->at);
    for (auto& difference : walked.manners) difference.at = stage.in_capture(difference.at);
    return walked;
}

// Whether there are some that nobody told us and that lead the reference further along.
bool finds_parameters(Explanation& told, const Best& best, const Budget& budget) {
    const auto events = best.rehearsed.expected.size() + told.stage->seen.size();
    constexpr std::size_t plays_of_a_guess = 12;
    const Budget of_one{plays_of_a_guess, plays_of_a_guess * 2 * events};
    const auto known = told.settings.parameters;
    const auto trying = [&](const Settings& settings) -> std::optional<Walked> {
        try {
            const auto stage = stage_of(told.phone, told.met, settings);
            const Rehearsals rehearsals(stage, told.met, told.phone, of_one);
            auto played = rehearsals.play({}, {});
            if (!best.readings.empty() && !played.walked.is_clean())
                if (auto other = rehearsals.play({}, best.readings, &best.rehearsed);
                    goes_further(other.walked, played.walked))
                    played = std::move(other);
            told.worlds += rehearsals.played();
            return by_the_capture(std::move(played.walked), stage);
        } catch (const scenario::BadInput&) {
            return std::nullopt;
        }
    };
    told.settings = completed_by_trying(std::move(told.settings), told.phone,
                                        by_the_capture(best.rehearsed.walked, *told.stage),
                                        budget.events / (plays_of_a_guess * events), trying);
    return told.settings.parameters != known;
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
    try {
        told.settings = settings_of(given, told.phone, told.met);
    } catch (const scenario::BadInput& odd) {
        if (!given.file.empty()) throw;
        told.reason = std::string("no configuration can be made of what it says of itself: ") +
                      odd.what();  // the others are explained all the same
        return told;
    }
    const auto rehearse = [&](Sequel sequel) {
        told.stage = std::make_unique<Stage>(stage_of(told.phone, told.met, told.settings, sequel));
        return std::make_unique<Rehearsals>(*told.stage, told.met, told.phone, wanted.answers);
    };
    auto rehearsals = rehearse(Sequel::brief);
    auto best = best_reading(*rehearsals, catalogue);
    told.worlds = rehearsals->played();
    const auto again = [&](Sequel sequel) {
        rehearsals = rehearse(sequel);
        best = best_reading(*rehearsals, catalogue);
        told.worlds += rehearsals->played();
    };
    if (told.settings.inferred && !best.rehearsed.walked.is_clean() &&
        finds_parameters(told, best, wanted.answers))
        again(Sequel::brief);
    if (const auto* first = best.rehearsed.walked.first(); first != nullptr && first->is_extra)
        again(Sequel::of_a_pause);
    for (const auto* list : {&told.met.notes, &told.settings.notes, &told.stage->notes})
        told.notes.insert(told.notes.end(), list->begin(), list->end());
    told.expected = best.rehearsed.expected;
    told.choices = best.rehearsed.choices;
    told.seed = best.rehearsed.seed;
    keep_asked(best, told);
    const Rehearsals defects(*told.stage, told.met, told.phone, wanted.defects);
    judge_by(best, defects, catalogue, wanted.clause, told);
    return told;
}

struct Given {
    const Capture& capture;
    const scenario::Catalogue& catalogue;
    const Wanted& wanted;
    Company company;
};

std::vector<Explanation> explain_each(std::vector<Phone> lives, const Given& given) {
    std::vector<Explanation> all;
    for (auto& life : lives)
        all.push_back(explain_phone(std::move(life), given.capture, given.catalogue, given.wanted,
                                    given.company));
    return all;
}

// The reference, or a phone with a known defect, does all that was seen.
bool is_understood(const Explanation& told) {
    return told.is_whole && (!told.divergence || told.divergence->is_explained);
}

// A restart that shows by its Call-ID alone is believed where the capture makes no sense without.
std::vector<Explanation> explain_lives(const Phone& phone, const Given& given) {
    auto sure = restarts_of(phone);
    std::erase_if(sure, [](const Restart& restart) { return !restart.is_sure; });
    std::vector<Explanation> all;
    for (auto& life : lives_of(phone, sure)) {
        const auto others = restarts_of(life);
        auto whole = explain_each({life}, given);
        if (!others.empty() && !is_understood(whole.front()))
            if (auto parts = explain_each(lives_of(life, others), given);
                std::ranges::all_of(parts, is_understood))
                whole = std::move(parts);
        std::ranges::move(whole, std::back_inserter(all));
    }
    return all;
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
    const auto phones = phones_of(capture);
    const auto company = phones.size() == 1 ? Company::alone : Company::among_others;
    for (const auto& phone : phones)
        std::ranges::move(explain_lives(phone, {capture, catalogue, wanted, company}),
                          std::back_inserter(all));
    return all;
}

void add_log(const Syslog& log, std::vector<Explanation>& all) {
    if (all.empty()) return;
    std::vector<Marks> found;
    for (const auto& told : all) found.push_back(marks_of(log, told.phone));
    const auto best = std::ranges::max_element(found, {}, &Marks::matched);
    auto& told = all[static_cast<std::size_t>(best - found.begin())];
    told.log = std::move(*best);
    told.notes.insert(told.notes.end(), told.log.notes.begin(), told.log.notes.end());
    for (const auto& mark : told.log.marks)
        if (mark.kind == MarkKind::boot && mark.at > told.met.begin && mark.at < told.met.end)
            told.notes.push_back(fmt::format(
                "its log tells of a boot at {}, which no capture shows and the reference does not "
                "do: what follows is to be read with that in mind",
                judge::seconds(mark.at.time_since_epoch())));
}

}  // namespace twinline::field
