// Reading an event's fields; see event.hh for what they mean.
#include "probes/timeline/event.hh"

namespace twinline::timeline {

std::string_view Event::field(std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace twinline::timeline
