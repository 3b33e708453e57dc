// How two requests look that go to the same server at the same time: what identifies them, when
// they are repeated, and what the DNS was asked. Alone it condemns nobody; it tells defects apart.
#pragma once

#include "rig/field/walk.hh"

#include <vector>

namespace twinline::field {

struct Matched {
    const judge::Transaction& seen;
    const judge::Transaction& wanted;
    const judge::Transaction* before;  // of the phone, in the same stream
    const judge::Transaction* wanted_before;
};

void compare_manners(const Matched& step, std::vector<Difference>& found);
// Of an INVITE that was answered alike: whether, how often and to whom it was acknowledged.
void compare_acknowledgements(const Matched& step, const Walkers& walkers,
                              std::vector<Difference>& found);
// To the DNS, but for AAAA, from an instant on; and one in words.
std::vector<const timeline::Event*> questions_of(const judge::Story& story, timeline::Instant from);
std::string told(const timeline::Event& question);
void compare_questions(const Walkers& walkers, std::vector<Difference>& found);

}  // namespace twinline::field
