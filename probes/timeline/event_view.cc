// An event that outlives its frame.
#include "probes/timeline/event_view.hh"

namespace twinline::timeline {

Event to_event(const EventView& view) {
    Event event;
    event.id = view.id;
    event.at = view.at;
    event.subject = view.subject;
    event.direction = view.direction;
    event.peer = view.peer;
    event.peer_port = view.peer_port;
    event.kind = view.kind;
    event.fields.reserve(view.fields.size());
    for (const FieldView& field : view.fields)
        event.fields.emplace_hint(event.fields.end(), field.name, field.value);
    event.frame = view.frame;
    return event;
}

}  // namespace twinline::timeline
