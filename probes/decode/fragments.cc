// Reassembly of IPv4 fragments; see fragments.hh.
#include "probes/decode/fragments.hh"

#include <algorithm>
#include <utility>

namespace twinline::decode {

namespace {

constexpr std::size_t largest_payload = 65535 - 20;

}  // namespace

std::optional<Ipv4Packet> Reassembler::feed(timeline::Instant at, const Ipv4Packet& fragment) {
    while (!waiting_.empty() && at - waiting_.front().since >= time_limit) {
        waiting_.pop_front();
    }
    const Key key{fragment.source, fragment.destination, fragment.id, fragment.protocol};
    auto found = std::find_if(waiting_.begin(), waiting_.end(),
                              [&](const Partial& partial) { return partial.key == key; });
    if (found == waiting_.end()) {
        if (waiting_.size() == packets_limit) {
            waiting_.pop_front();
        }
        waiting_.push_back({key, at, {}, {}, std::nullopt, false});
        found = std::prev(waiting_.end());
    }
    add(*found, fragment);
    if (!is_whole(*found)) {
        return std::nullopt;
    }
    whole_ = std::move(found->octets);
    waiting_.erase(found);
    Ipv4Packet packet = fragment;
    packet.fragment_offset = 0;
    packet.more_fragments = false;
    packet.payload = whole_;
    packet.promised = whole_.size();
    return packet;
}

void Reassembler::add(Partial& partial, const Ipv4Packet& fragment) {
    const Piece piece{fragment.fragment_offset, fragment.fragment_offset + fragment.payload.size()};
    const auto next = std::find_if(partial.pieces.begin(), partial.pieces.end(),
                                   [&](const Piece& other) { return other.end > piece.begin; });
    const bool repeated =
        next != partial.pieces.end() && next->begin == piece.begin && next->end == piece.end;
    if (partial.spoiled || repeated) {
        return;
    }
    const bool overlaps = next != partial.pieces.end() && next->begin < piece.end;
    // Only the last fragment may have a length that is no multiple of eight.
    const bool ragged = fragment.more_fragments && fragment.payload.size() % 8 != 0;
    const bool past_end = partial.length && piece.end > *partial.length;
    const bool second_end = !fragment.more_fragments && partial.length;
    const bool before_last = !fragment.more_fragments && !partial.pieces.empty() &&
                             partial.pieces.back().end > piece.end;
    if (overlaps || ragged || past_end || second_end || before_last || fragment.payload.empty() ||
        piece.end > largest_payload) {
        partial.spoiled = true;
        partial.octets = {};
        partial.pieces = {};
        return;
    }
    partial.pieces.insert(next, piece);
    partial.octets.resize(std::max(partial.octets.size(), piece.end));
    std::copy(fragment.payload.begin(), fragment.payload.end(),
              partial.octets.begin() + static_cast<std::ptrdiff_t>(piece.begin));
    if (!fragment.more_fragments) {
        partial.length = piece.end;
    }
}

bool Reassembler::is_whole(const Partial& partial) {
    std::size_t reached = 0;
    for (const Piece& piece : partial.pieces) {
        if (piece.begin != reached) {
            return false;
        }
        reached = piece.end;
    }
    return !partial.spoiled && partial.length && reached == *partial.length;
}

}  // namespace twinline::decode
