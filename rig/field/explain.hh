// What a field capture says of a phone: the surroundings it met, how a conforming phone would have
// behaved in them, and the first point at which this one did something else, with its clause.
#pragma once

#include "rig/field/environment.hh"
#include "rig/field/marks.hh"
#include "rig/field/rehearse.hh"
#include "rig/field/settings.hh"
#include "rig/field/stage.hh"
#include "rig/scenario/catalogue.hh"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace twinline::field {

enum class Confidence { high, medium, low };
std::string_view to_string(Confidence confidence);

struct Divergence {
    std::string clause;  // empty: which one cannot be told
    scenario::Level level = scenario::Level::observed;
    timeline::Instant at{};                // by the clock of the capture
    std::optional<std::uint64_t> frame{};  // in the capture
    std::string text;                      // what was done, and what the reference does
    Confidence confidence = Confidence::low;
    std::string why;                      // so sure, or so little
    std::vector<std::string> candidates;  // clauses, where it cannot be told
    std::string defect{};                 // a known one that explains all that was seen
    std::vector<std::string> mutants{};   // ids of phones that have it, or break the clause alike
    std::string document{};               // of the clause: "RFC 3261 17.1.2.2"
    std::string asked{};                  // what it asks, in our words
    bool is_cut_short = false;            // not every known defect was tried
    bool is_explained = false;            // by known defects, against one clause or several
};

enum class Outcome { conforms, diverges, unjudged };
std::string_view to_string(Outcome outcome);

struct Explanation {
    Phone phone;
    Environment met;
    Settings settings;
    std::unique_ptr<Stage> stage;  // null: nothing can be judged
    Outcome outcome = Outcome::unjudged;
    std::string reason;    // one sentence
    bool is_whole = true;  // false: from some point on the two could not be compared
    std::optional<Divergence> divergence;
    std::map<std::string, std::string, std::less<>> readings;  // that were asked, as they fit
    timeline::Timeline expected;                               // the reference's part
    shadow::Choices choices;                                   // that it adopted
    std::uint64_t seed = 1;
    std::vector<std::string> notes;
    bool all_readings = true;  // false: there are more combinations than were tried
    std::size_t worlds = 0;    // that were played
    Marks log;                 // what the phone's own log says
};

struct Wanted {
    SettingsWanted settings;
    // For one phone: to find the answers under which the reference goes along, and to try the known
    // defects.
    Budget answers{3000, 3'000'000};
    Budget defects{20'000, 6'000'000};
    std::string clause{};  // that is to be named where several fit; empty: none then
};

// One for each phone of the capture.
std::vector<Explanation> explain(const Capture& capture, const scenario::Catalogue& catalogue,
                                 const Wanted& wanted);

// Puts a log beside the phone whose it is: the one of which it tells the most that the capture
// shows too.
void add_log(const Syslog& log, std::vector<Explanation>& all);

}  // namespace twinline::field
