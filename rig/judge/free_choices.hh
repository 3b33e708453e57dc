// Where the documents leave a phone free (when to refresh, how long to pause, whom of equals to ask
// first), the reference draws, and the timeline of its run says so: rig.choice, with id, of (whose
// it is), value, low and high. From a choice to what it led to, and back to the one that leads
// elsewhere.
#pragma once

#include "rig/judge/story.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace twinline::judge {

// Whether it draws whom to ask first among equals, and not when.
bool draws_a_server(const timeline::Event& choice);
// Whether it is the length of a pause after a failure.
bool is_pause(const timeline::Event& choice);
// Whether it puts off requests of this method.
bool puts_off(const timeline::Event& choice, std::string_view method);

// The choices that the reference made since `before` began and that put off the start of `after`,
// the last first; before them, of those that it made as `before` was answered, the one that alone
// comes nearest to that start.
std::vector<const timeline::Event*> choices_between(const Story& expected,
                                                    const Transaction& before,
                                                    const Transaction& after);

// The values that a phone is free to choose. A binding or a subscription is refreshed at any time
// before it ends (RFC 3261 10.2.4, RFC 6665 4.1.2.2), whatever the reference's own habit. How long
// a registration that failed waits, no document says, but not at once (RFC 3261 10.2.7); a flow
// does (RFC 5626 4.5).
struct Freedom {
    std::uint64_t value = 0, low = 0, high = 0;
};
Freedom freedom_of(const timeline::Event& choice);

// Where a refresh that was drawn as its request was granted leads, whether it comes to that or not.
// None: it is no refresh.
std::optional<timeline::Instant> refresh_due(const Story& expected, const timeline::Event& choice);

// What one step of a choice of time makes of the instant that it led to; zero: it led to none.
timeline::Duration step_of(const timeline::Event& choice, timeline::Instant led_to);
// By how much later it might have led there.
timeline::Duration may_put_off(const timeline::Event& choice, timeline::Instant led_to);
// And by how much earlier.
timeline::Duration may_bring_forward(const timeline::Event& choice, timeline::Instant led_to);

// "refresh-ppm 1 at pbx.test": what is chosen, and whose choice it is.
std::string key_of(const timeline::Event& choice);

// The choice that comes `nth` (from 0) of its kind is to be `value`.
struct Adoption {
    std::string key;
    std::size_t nth = 0;
    std::uint64_t value = 0;
};

Adoption adoption(const Story& expected, const timeline::Event& choice, std::uint64_t value);
// What was led to comes later by `by`, or as near to that as the phone is free to; none: it is
// there already.
std::optional<Adoption> put_off(const Story& expected, const timeline::Event& choice,
                                timeline::Instant led_to, timeline::Duration by);

}  // namespace twinline::judge
