// What a link does to the packets between a host and one subject, as a rule that gives the fate of
// the n-th datagram: whoever knows the rule, in either world or at the judge's desk, knows
// beforehand which are lost, late or doubled.
#pragma once

#include "probes/timeline/event.hh"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario {

struct Treatment;

struct LinkRule {
    // Which datagrams of a direction are lost, counted from the onset.
    enum class Which {
        next,           // the first `count`
        every,          // each `count`-th
        all_but_every,  // all others
        share           // `count` of each hundred, as the seed picks them
    };

    Which which = Which::next;
    unsigned count = 0;
    std::uint64_t seed = 1;       // of a share, and of jitter
    timeline::Duration jitter{};  // the most that comes on top of a delay
};

enum class Way { to_host, to_subject };

// Whether the fault is one of the way to a host, and not of the host.
bool is_of_links(const Treatment& treatment);
// How much later than ever each copy of the n-th datagram (from 0) arrives; none: it is lost.
std::vector<timeline::Duration> copies(const Treatment& treatment, Way way, std::uint64_t nth);
// The same of what is no datagram: TCP sends again what is lost, and puts in order what is not.
timeline::Duration lateness_of_streams(const Treatment& treatment, Way way);

// How many questions, asked at one instant, show the rule.
unsigned questions(const Treatment& treatment);
// When the answers to each of them come; none: it stays without.
std::vector<std::vector<timeline::Duration>> answers(const Treatment& treatment, unsigned asked);

// What follows the host in "lose primary next 2 in": into the treatment, whose kind is known. The
// error says what is allowed.
tl::expected<void, std::string> read_link(std::string_view operands, Treatment& treatment);
std::string link_operands(const Treatment& treatment);

}  // namespace twinline::scenario
