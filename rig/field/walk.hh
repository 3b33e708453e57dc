// A phone of the field and a reference in its place, walked side by side: where they first part, by
// what clause the reference went its way, and which free choices of the phone the reference is to
// adopt to go along with it.
#pragma once

#include "rig/judge/evidence.hh"
#include "rig/judge/free_choices.hh"
#include "rig/judge/story.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::field {

// What can be compared of a capture.
enum class Questions { compared, left_out };  // to the DNS
// Whether the reference may still be led along by other choices than it has made.
enum class Choices { may_change, stand };

struct Walkers {
    const judge::Story& seen;
    const judge::Story& expected;
    timeline::Instant visible_from{};  // nothing before it is compared
    Questions questions = Questions::compared;
    Choices choices = Choices::may_change;
    bool far_end_hangs_up = false;
};

struct Difference {
    timeline::Instant at{};  // by the clock of both
    std::optional<std::uint64_t> frame{};
    std::vector<std::string> clauses{};  // of what the reference did; the first says why it acted
    std::string did{};                   // what was seen, in a sentence
    std::string wanted{};                // what the reference does
    std::string wanted_of{};             // whom it asks; empty: nobody
    bool of_answers =
        false;              // the two were answered otherwise: the surroundings are not understood
    bool is_extra = false;  // the reference has nothing more to do
    bool is_free = false;   // several free choices lead there, and which does what cannot be told
    // Who hung up before any answer, or called where no server is known: neither leaves a trace.
    bool may_be_the_user = false;
    bool is_edge = false;  // an instant of a server, guessed a little wrong, does the same
};

struct Adoption {
    judge::Adoption choice;
    timeline::Instant seen{};  // what the phone sent then is to come out right
};

struct Walked {
    std::optional<Difference> parting;  // who is asked, when, how often
    std::vector<Difference> manners;    // before it: how a request looks, what the DNS is asked
    std::vector<Adoption> adoptions;

    bool is_clean() const { return !parting && manners.empty(); }
    // Nothing that a guessed instant would not do as well.
    bool is_clean_but_for_edges() const;
    // The first of all.
    const Difference* first() const;
};

Walked walk(const Walkers& walkers);

// "REGISTER with credentials to server-2".
std::string name_of(const judge::Transaction& transaction);

}  // namespace twinline::field
