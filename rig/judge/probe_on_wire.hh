// A rig.probe event says what the rig believes; its question and the answer must be in the capture
// too.
#pragma once

#include "probes/timeline/event.hh"

#include <cstdint>
#include <string_view>
#include <vector>

namespace twinline::judge {

struct Seen {
    const timeline::Event* question = nullptr;
    const timeline::Event* answer = nullptr;
    const timeline::Event* refusal = nullptr;
    std::vector<std::uint64_t> frames;

    std::string_view status() const;
    unsigned long bytes() const;  // of the file that came
};

// The question of a probe (of one over a connection, that it was opened) and what came back for it,
// by its Call-ID, DNS id, STUN transaction, or the file that it asked for.
Seen on_the_wire(const timeline::Timeline& observed, const timeline::Event& probe);

}  // namespace twinline::judge
