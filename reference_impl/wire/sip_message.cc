// Lookups in a SIP message; names compare without case (RFC 3261 section 7.3.1).
#include "reference_impl/wire/sip_message.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::wire {

namespace {

template <typename Named>
const Named* find_named(const std::vector<Named>& list, std::string_view name) {
    const auto found = std::ranges::find_if(
        list, [&](const Named& entry) { return equal_ignoring_case(entry.name, name); });
    return found == list.end() ? nullptr : &*found;
}

std::optional<std::string> value_of(const std::vector<Param>& params, std::string_view name) {
    const auto* found = find_named(params, name);
    return found ? std::optional(found->value) : std::nullopt;
}

std::string_view tag_of(const NameAddr& party) {
    const auto* tag = find_named(party.params, "tag");
    return tag ? std::string_view(tag->value) : std::string_view();
}

}  // namespace

std::optional<std::string> NameAddr::param(std::string_view name) const {
    return value_of(params, name);
}

std::optional<std::string> Challenge::param(std::string_view name) const {
    return value_of(params, name);
}

std::string_view SipMessage::tag_of_from() const { return tag_of(from); }
std::string_view SipMessage::tag_of_to() const { return tag_of(to); }

const Header* SipMessage::find(std::string_view name) const { return find_named(other, name); }

}  // namespace twinline::wire
