// Sequence numbers are compared as distances, because they wrap (RFC 9293 section 3.4).
#include "probes/decode/tcp_streams.hh"

#include "probes/decode/dns_events.hh"
#include "probes/decode/sip_events.hh"

namespace twinline::decode {

namespace {

std::int32_t distance(std::uint32_t from, std::uint32_t to) {
    return static_cast<std::int32_t>(to - from);
}

StreamCutter::Kind kind_by_ports(const std::pair<Endpoint, Endpoint>& ends) {
    for (const auto port : {ends.first.port, ends.second.port}) {
        if (port == dns_port) {
            return StreamCutter::Kind::dns;
        }
        if (port == sip_port) {
            return StreamCutter::Kind::sip;
        }
    }
    return StreamCutter::Kind::unknown;
}

}  // namespace

void TcpStreams::watch(const Endpoint& end) {
    if (watched_.size() < watched_limit) {
        watched_.insert(end);
    }
}

StreamCutter::Kind TcpStreams::kind_of(const Key& key) const {
    const bool watched = watched_.contains(key.first) || watched_.contains(key.second);
    return watched ? StreamCutter::Kind::octets : kind_by_ports(key);
}

TcpStreams::Flow* TcpStreams::find(const Key& key) {
    if (const auto found = recent_.find(key); found != recent_.end()) {
        return &found->second;
    }
    const auto found = older_.find(key);
    if (found == older_.end()) {
        return nullptr;
    }
    auto moved = older_.extract(found);
    return &recent_.insert(std::move(moved)).position->second;
}

TcpStreams::Flow& TcpStreams::flow_of(const Key& key) {
    if (auto* flow = find(key)) {
        return *flow;
    }
    if (recent_.size() >= flows_limit) {
        for (const auto& [old, flow] : older_) {
            held_ -= flow.held();
        }
        older_ = std::exchange(recent_, {});
    }
    const auto kind = kind_of(key);
    return recent_.emplace(key, Flow(kind)).first->second;
}

std::vector<TcpStreams::Message> TcpStreams::feed(const TcpSegment& segment) {
    std::vector<Message> messages;
    const Key back{segment.destination, segment.source};
    if (auto* flow = segment.ack ? find(back) : nullptr;
        flow != nullptr && flow->next && !flow->early.empty() &&
        distance(*flow->next, segment.acknowledged) > 0) {
        held_ -= flow->held();
        skip_gap(*flow, back, messages);
        held_ += flow->held();
    }
    const Key key{segment.source, segment.destination};
    if (segment.syn) {
        auto& flow = flow_of(key);
        held_ -= flow.held();
        flow = Flow(kind_of(key));
        flow.next = segment.sequence + 1;
    } else if (!segment.payload.empty()) {
        auto& flow = flow_of(key);
        held_ -= flow.held();
        take(flow, key, segment, messages);
        held_ += flow.held();
    }
    if (held_ > held_limit) {
        recent_.clear();
        older_.clear();
        held_ = 0;
    }
    return messages;
}

void TcpStreams::take(Flow& flow, const Key& key, const TcpSegment& segment,
                      std::vector<Message>& messages) {
    if (!flow.next) {  // its beginning was not captured
        flow.next = segment.sequence;
        flow.cutter.lose();
    }
    auto octets = as_text(segment.payload);
    const auto ahead = distance(*flow.next, segment.sequence);
    if (ahead > 0) {
        if (flow.early.empty()) {
            flow.origin = *flow.next;
        }
        flow.early_size += octets.size();
        auto& kept = flow.early[segment.sequence - flow.origin];
        flow.early_size -= kept.size();
        kept = octets;
        if (flow.early_size > early_limit) {
            skip_gap(flow, key, messages);
        }
        return;
    }
    const auto known = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
    if (known >= octets.size()) {
        return;  // a repetition
    }
    octets.remove_prefix(known);
    give(flow, key, octets, messages);
    drain(flow, key, messages);
}

// What had come early and is due now.
void TcpStreams::drain(Flow& flow, const Key& key, std::vector<Message>& messages) {
    while (!flow.early.empty()) {
        const auto first = flow.early.begin();
        const auto ahead = distance(*flow.next, flow.origin + first->first);
        if (ahead > 0) {
            return;
        }
        const auto octets = std::move(first->second);
        flow.early.erase(first);
        flow.early_size -= octets.size();
        const auto known = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
        if (known < octets.size()) {
            give(flow, key, std::string_view(octets).substr(known), messages);
        }
    }
}

void TcpStreams::skip_gap(Flow& flow, const Key& key, std::vector<Message>& messages) {
    flow.next = flow.origin + flow.early.begin()->first;
    flow.cutter.lose();
    if (flow.cutter.kind() == StreamCutter::Kind::tls)
        messages.push_back({key.first, key.second, StreamCutter::Kind::tls, {}, true});
    drain(flow, key, messages);
}

void TcpStreams::give(Flow& flow, const Key& key, std::string_view octets,
                      std::vector<Message>& messages) {
    flow.next = *flow.next + static_cast<std::uint32_t>(octets.size());
    for (auto& text : flow.cutter.take(octets)) {
        messages.push_back({key.first, key.second, flow.cutter.kind(), std::move(text)});
    }
}

}  // namespace twinline::decode
