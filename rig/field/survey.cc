// Whom parties.cc may take for a phone, or for the server of one, is noted here.
#include "rig/field/survey.hh"

#include <algorithm>

namespace twinline::field {

namespace {

std::string_view field(const timeline::EventView& event, std::string_view name) {
    const auto found = std::ranges::find(event.fields, name, &timeline::FieldView::name);
    return found == event.fields.end() ? std::string_view{} : found->value;
}

bool is_about_sip(const timeline::EventView& event) {
    if (event.kind.starts_with("sip.") || event.kind.starts_with("tls.")) return true;
    if (event.kind == "dns.query")
        return field(event, "type") == "NAPTR" || field(event, "name").starts_with("_sip");
    return event.kind == "tcp.syn" && (event.peer_port == "5060" || event.peer_port == "5061");
}

}  // namespace

void Survey::feed(const timeline::Frame& frame) {
    decoder_.feed_views(frame, [this](const timeline::EventView& event) { note(event); });
}

void Survey::add_keys(std::string_view lines) {
    decoder_.add_keys_views(lines, [this](const timeline::EventView& event) { note(event); });
}

void Survey::note(const timeline::EventView& event) {
    const auto way = way_of(event.peer);
    if (!way || !is_about_sip(event)) return;
    for (const auto address : {way->from, way->to})
        if (!addresses_.contains(address)) addresses_.emplace(address);
}

std::optional<Way> way_of(std::string_view peer) {
    constexpr std::string_view arrow = "->";
    const auto place = peer.find(arrow);
    if (place == peer.npos) return std::nullopt;
    return Way{peer.substr(0, place), peer.substr(place + arrow.size())};
}

}  // namespace twinline::field
