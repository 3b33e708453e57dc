// Only the words count: what follows the host the fault's own event says.
#include "rig/judge/orders.hh"

#include "rig/scenario/treatment.hh"

namespace twinline::judge {

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

std::optional<Order> order_of(const timeline::Event& stimulus) {
    const auto what = stimulus.field("what");
    const auto word = scenario::treatment_word(what);
    if (!word) return std::nullopt;
    return Order{std::string(*word), std::string(first_word(what.substr(word->size() + 1)))};
}

}  // namespace twinline::judge
