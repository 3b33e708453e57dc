// What of a frame needs the frames before it is done by one hand; it is the lesser part.
#include "rig/cli/batch.hh"

namespace twinline::cli {

Batch::Batch(Crew& crew) : crew_(crew), places_(most_frames), lines_(parts) {}

bool Batch::is_full() const { return taken_ == places_.size() || octets_.size() >= most_octets; }

void Batch::take(const timeline::Frame& frame) {
    Place& place = places_[taken_++];
    place.frame = frame;
    place.begin = octets_.size();
    place.size = frame.bytes.size();
    octets_.insert(octets_.end(), frame.bytes.begin(), frame.bytes.end());
}

void Batch::keep(const timeline::EventView& event) { before_.push_back(to_event(event)); }

void Batch::flush(decode::Decoder& decoder, const std::function<void(std::string_view)>& write) {
    crew_.run(parts, [this](std::size_t part) { glance(part); });
    finish(decoder);
    crew_.run(parts, [this](std::size_t part) { put_down(part); });
    for (auto& lines : lines_) {
        write(lines.text());
        lines.clear();
    }
    taken_ = 0;
    octets_.clear();
    before_.clear();
}

void Batch::glance(std::size_t part) {
    each_of(part, [this](Place& place) {
        place.frame.bytes = std::span(octets_).subspan(place.begin, place.size);
        decode::glance(place.glimpse, place.frame);
    });
}

void Batch::finish(decode::Decoder& decoder) {
    for (std::size_t number = 0; number < taken_; ++number) {
        Place& place = places_[number];
        place.others.clear();
        place.event = decoder.finish(
            place.frame, place.glimpse,
            [&](const timeline::EventView& event) { place.others.push_back(to_event(event)); });
    }
}

void Batch::put_down(std::size_t part) {
    auto& lines = lines_[part];
    if (part == 0)
        for (const auto& event : before_) lines.add(event);
    each_of(part, [&](Place& place) {
        if (place.event) lines.add(*place.event);
        for (const auto& event : place.others) lines.add(event);
    });
}

template <typename Each>
void Batch::each_of(std::size_t part, Each&& each) {
    const std::size_t end = taken_ * (part + 1) / parts;
    for (std::size_t number = taken_ * part / parts; number < end; ++number) each(places_[number]);
}

}  // namespace twinline::cli
