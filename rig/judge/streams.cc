// A phone that puts what the reference keeps apart into one stream is followed as one.
#include "rig/judge/streams.hh"

#include <algorithm>

namespace twinline::judge {

namespace {

Stream comparable(const Story& story) {
    Stream list;
    for (const auto& t : story.transactions())
        if (t.method != "OPTIONS" && t.method != "ACK") list.push_back(&t);
    return list;
}

Stream comparable(const Story& story, const Stream& expected) {
    auto list = comparable(story);
    std::erase_if(list, [&](const Transaction* t) {
        return (t->method == "PUBLISH" || t->method == "SUBSCRIBE") &&
               std::ranges::find(expected, t->method, &Transaction::method) == expected.end();
    });
    return list;
}

std::vector<Stream> by_call(const Stream& all) {
    std::vector<Stream> found;
    const auto call = [](const Transaction* t) { return t->sends.front()->field("call_id"); };
    for (const auto* t : all) {
        const auto known = std::ranges::find_if(
            found, [&](const Stream& s) { return call(s.front()) == call(t); });
        if (known == found.end())
            found.push_back({t});
        else
            known->push_back(t);
    }
    return found;
}

// The stream of `left` that began as `wanted` did, else one of the same kind; none: empty.
Stream take_match(std::vector<Stream>& left, const Stream& wanted) {
    const auto begins_so = [&](const Stream& s, bool with_peer) {
        return s.front()->method == wanted.front()->method &&
               (!with_peer || s.front()->peer == wanted.front()->peer);
    };
    auto match = std::ranges::find_if(left, [&](const Stream& s) { return begins_so(s, true); });
    if (match == left.end())
        match = std::ranges::find_if(left, [&](const Stream& s) { return begins_so(s, false); });
    if (match == left.end()) return {};
    auto taken = std::move(*match);
    left.erase(match);
    return taken;
}

}  // namespace

std::vector<StreamPair> side_by_side(const Story& seen, const Story& expected) {
    auto all_expected = comparable(expected);
    auto all_seen = comparable(seen, all_expected);
    const auto wanted = by_call(all_expected);
    auto left = by_call(all_seen);
    std::vector<StreamPair> pairs;
    if (wanted.size() < 2 || left.size() < wanted.size()) {
        pairs.push_back({std::move(all_seen), std::move(all_expected)});
        return pairs;
    }
    for (const auto& stream : wanted) pairs.push_back({take_match(left, stream), stream});
    return pairs;
}

}  // namespace twinline::judge
