// What of a frame needs the frames before it is done by one hand; it is the lesser part.
#include "rig/cli/batch.hh"

#include <utility>

namespace twinline::cli {

Batch::Batch(Crew& crew) : places_(most_frames), lines_(parts), glances_(crew), writing_(crew) {}

bool Batch::is_full() const { return taken_ == places_.size() || octets_.size() >= most_octets; }

void Batch::take(const timeline::Frame& frame) {
    Place& place = places_[taken_++];
    place.frame = frame;
    place.begin = octets_.size();
    place.size = frame.bytes.size();
    octets_.insert(octets_.end(), frame.bytes.begin(), frame.bytes.end());
}

void Batch::keep(const timeline::EventView& event) { before_.push_back(to_event(event)); }

void Batch::begin() {
    glances_.begin(parts, [this](std::size_t part) { glance(part); });
}

void Batch::finish(decode::Decoder& decoder) {
    glances_.end();
    for (std::size_t number = 0; number < taken_; ++number) {
        Place& place = places_[number];
        place.others.clear();
        place.event = decoder.finish(
            place.frame, place.glimpse,
            [&](const timeline::EventView& event) { place.others.push_back(to_event(event)); });
    }
    writing_.begin(parts, [this](std::size_t part) { put_down(part); });
}

void Batch::give(const Lines& lines) {
    writing_.end();
    for (auto& part : lines_) {
        lines(part.text());
        part.clear();
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

Batches::Batches(Crew& crew, decode::Decoder& decoder, Lines lines)
    : decoder_(decoder),
      lines_(std::move(lines)),
      batches_{Batch(crew), Batch(crew), Batch(crew)} {}

void Batches::feed(const timeline::Frame& frame) {
    if (batches_[open_].is_full()) push();
    batches_[open_].take(frame);
}

// Every frame before is decoded without them.
void Batches::add_keys(std::string_view key_log) {
    flush();
    decoder_.add_keys_views(
        key_log, [this](const timeline::EventView& event) { batches_[open_].keep(event); });
}

void Batches::flush() {
    for (const auto& batch [[maybe_unused]] : batches_) push();
}

// Around the ring: what is begun here is finished by the next call and given by the one after it.
void Batches::push() {
    const auto behind = [this](std::size_t steps) -> Batch& {
        return batches_[(open_ + batches_.size() - steps) % batches_.size()];
    };
    behind(0).begin();
    behind(1).finish(decoder_);
    behind(2).give(lines_);
    open_ = (open_ + 1) % batches_.size();
}

}  // namespace twinline::cli
