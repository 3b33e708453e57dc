// What a phone does of itself, one thing after the other, with words and names for each: what two
// phones can be told apart by.
#pragma once

#include "rig/judge/story.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::field {

// Something that a phone does of itself, and how often it has done it by then.
struct Deed {
    const timeline::Event* event = nullptr;
    scenario::Pattern pattern;
    std::string name;  // of the n-th: "register-server-1-2"
    std::string words;
};
using Deeds = std::vector<Deed>;

// Of one kind of event. Retransmissions are none of their own, nor is an ACK.
Deeds deeds_of(const judge::Story& story, std::string_view kind);

// But for how often it has been done before.
bool is_alike(const Deed& a, const Deed& b);
// And that too.
bool is_same(const Deed& a, const Deed& b);

}  // namespace twinline::field
