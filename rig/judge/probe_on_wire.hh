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

inline bool is_unanswered(const Seen& wire) { return wire.answer == nullptr; }
inline bool is_refused(const Seen& wire) { return is_unanswered(wire) && wire.refusal != nullptr; }
// By a router (RFC 792).
inline bool is_of_no_host(const Seen& wire) {
    return is_refused(wire) && wire.refusal->field("code") == "1";
}

// The question of a probe (of one over a connection, that it was opened) and what came back for it,
// by its Call-ID, DNS id, STUN transaction, or the file that it asked for.
Seen on_the_wire(const timeline::Timeline& observed, const timeline::Event& probe);

}  // namespace twinline::judge
