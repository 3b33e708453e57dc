// The admissible combinations of readings, found while running. Answers that a run does not tell
// apart are one case: only what it asks of a question splits the answers, and each case comes once.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/shadow/play.hh"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace twinline::assess {

// Whether the answer to a question is one of these.
struct Asked {
    std::string id;
    std::set<std::string, std::less<>> among;
};

class ReadingForks {
  public:
    using Known = std::map<std::string, scenario::Reading, std::less<>>;

    explicit ReadingForks(const Known& known) : known_(known) {}
    // Of the answers in `within` alone.
    ReadingForks(const Known& known, judge::Case within)
        : known_(known), open_{std::move(within)} {}

    // The answers of the next run: of each question the default, where the case has it. Nothing
    // when all cases have run.
    std::optional<shadow::Readings> next();

    // What the run met, in the order in which it asked. The order matters: a run depends on the
    // answers up to a question alone, so going the other way at each question in turn, with the
    // ones before it held, meets every case once.
    // Gives the case that has run: all answers that this run cannot tell apart.
    judge::Case ran(const std::vector<Asked>& asked);

  private:
    using Case = judge::Case;
    using Answers = Case::mapped_type;

    Answers& answers(Case& some, const std::string& id) const;

    const Known& known_;
    std::deque<Case> open_{{}};
    Case running_;  // of the run that next() gave
};

// What a reference asked during `played`, in its order.
std::vector<Asked> asked_by(const timeline::Timeline& played, std::string_view subject);
// What the guards of the scenario's expectations ask of the same questions.
std::vector<Asked> guards_of(const scenario::Scenario& scenario, const std::vector<Asked>& asked);
// First the one, then the other.
std::vector<Asked> asked_by(const timeline::Timeline& played, std::string_view subject,
                            const scenario::Scenario& scenario);

}  // namespace twinline::assess
