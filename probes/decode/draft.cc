// Where the texts and the fields of a draft stand; see draft.hh.
#include "probes/decode/draft.hh"

#include <algorithm>
#include <charconv>

namespace twinline::decode {

Draft::Draft() : kept_(first_.data(), first_.size()) { fields_.reserve(32); }

void Draft::begin() {
    subject = peer = peer_port = kind = {};
    direction = timeline::Direction::none;
    fields_.clear();
    kept_.release();
}

namespace {

// The first letter mostly tells.
bool is_before(std::string_view left, std::string_view right) {
    return left.front() != right.front() ? left.front() < right.front() : left < right;
}

}  // namespace

// Behind the last name that is no greater: most come in order.
Draft::Fields::iterator Draft::place_of(std::string_view name) {
    auto place = fields_.end();
    while (place != fields_.begin() && is_before(name, std::prev(place)->name)) --place;
    return place;
}

void Draft::add(std::string_view name, std::string_view value) {
    if (fields_.empty() || is_before(fields_.back().name, name)) {
        fields_.push_back({name, value});
        return;
    }
    const auto place = place_of(name);
    if (place == fields_.begin() || std::prev(place)->name != name)
        fields_.insert(place, {name, value});
}

void Draft::set(std::string_view name, std::string_view value) {
    const auto place = place_of(name);
    if (place != fields_.begin() && std::prev(place)->name == name)
        std::prev(place)->value = value;
    else
        fields_.insert(place, {name, value});
}

std::string_view Draft::field(std::string_view name) const {
    const auto found = std::ranges::find(fields_, name, &timeline::FieldView::name);
    return found == fields_.end() ? std::string_view{} : found->value;
}

std::string_view Draft::keep(std::string_view text) {
    char* const place = room(text.size());
    std::ranges::copy(text, place);
    return {place, text.size()};
}

std::string_view Draft::keep(std::uint64_t number) {
    constexpr std::size_t longest = 20;
    char* const place = room(longest);
    return {place, std::to_chars(place, place + longest, number).ptr};
}

timeline::EventView Draft::view() const {
    timeline::EventView event;
    event.subject = subject;
    event.direction = direction;
    event.peer = peer;
    event.peer_port = peer_port;
    event.kind = kind;
    event.fields = fields_;
    return event;
}

}  // namespace twinline::decode
