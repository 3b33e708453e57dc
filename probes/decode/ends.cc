// Subject, direction and peer of an event; see ends.hh.
#include "probes/decode/ends.hh"

#include <algorithm>
#include <utility>

namespace twinline::decode {

using timeline::Direction;

namespace {

std::string_view from_to(Draft& event, std::string_view from, std::string_view to) {
    constexpr std::string_view arrow = "->";
    const std::size_t size = from.size() + arrow.size() + to.size();
    char* const text = event.room(size);
    std::ranges::copy(to, std::ranges::copy(arrow, std::ranges::copy(from, text).out).out);
    return {text, size};
}

}  // namespace

Ends::Ends(timeline::Cast cast) : cast_(std::move(cast)) {}

void Ends::set(Draft& event, std::uint32_t source, std::uint32_t destination) const {
    if (const std::string* from = subject(source)) {
        event.subject = *from;
        event.direction = Direction::out;
        event.peer = role(destination, event);
    } else if (const std::string* to = subject(destination)) {
        event.subject = *to;
        event.direction = Direction::in;
        event.peer = role(source, event);
    } else {
        event.peer = from_to(event, role(source, event), role(destination, event));
    }
}

void Ends::set_port(Draft& event, const Endpoint& source, const Endpoint& destination) const {
    const bool from_peer =
        subject(source.address) == nullptr && subject(destination.address) != nullptr;
    event.peer_port = event.keep(std::uint64_t{from_peer ? source.port : destination.port});
}

const std::string* Ends::subject(std::uint32_t address) const {
    const auto found = cast_.subjects.find(address);
    return found == cast_.subjects.end() ? nullptr : &found->second;
}

std::string_view Ends::role(std::uint32_t address, Draft& event) const {
    if (const auto found = cast_.roles.find(address); found != cast_.roles.end()) {
        return found->second;
    }
    if (const std::string* name = subject(address)) return *name;
    char* const text = event.room(longest_address);
    return {text, write_address(text, address)};
}

}  // namespace twinline::decode
