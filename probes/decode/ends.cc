// Subject, direction and peer of an event; see ends.hh.
#include "probes/decode/ends.hh"

#include <utility>

namespace twinline::decode {

using timeline::Direction;
using timeline::Event;

Ends::Ends(timeline::Cast cast) : cast_(std::move(cast)) {}

void Ends::set(Event& event, std::uint32_t source, std::uint32_t destination) const {
    if (const std::string* from = subject(source)) {
        event.subject = *from;
        event.direction = Direction::out;
        event.peer = role(destination);
    } else if (const std::string* to = subject(destination)) {
        event.subject = *to;
        event.direction = Direction::in;
        event.peer = role(source);
    } else {
        event.peer = role(source) + "->" + role(destination);
    }
}

void Ends::set_port(Event& event, const Endpoint& source, const Endpoint& destination) const {
    const bool from_peer =
        subject(source.address) == nullptr && subject(destination.address) != nullptr;
    event.peer_port = std::to_string(from_peer ? source.port : destination.port);
}

const std::string* Ends::subject(std::uint32_t address) const {
    const auto found = cast_.subjects.find(address);
    return found == cast_.subjects.end() ? nullptr : &found->second;
}

std::string Ends::role(std::uint32_t address) const {
    if (const auto found = cast_.roles.find(address); found != cast_.roles.end()) {
        return found->second;
    }
    const std::string* name = subject(address);
    return name == nullptr ? address_text(address) : *name;
}

}  // namespace twinline::decode
