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

bool is_challenged(const Transaction& t) {
    const auto status = t.answer == nullptr ? std::string_view{} : t.answer->field("status");
    return status == "401" || status == "407";
}

bool is_of_one_kind(const Transaction& a, const Transaction& b) {
    return a.method == b.method && a.peer == b.peer && a.ends() == b.ends();
}

// What is asked for again with credentials, where the reference had them ready: sent as the first
// was, and answered as the second.
StreamPair asked_unasked(StreamPair pair) {
    auto& seen = pair.seen;
    const auto& expected = pair.expected;
    for (std::size_t i = 0; i + 1 < seen.size() && i < expected.size(); ++i) {
        const auto &first = *seen[i], &second = *seen[i + 1];
        const bool is_one = expected[i]->auth == "credentials" && first.auth == "none" &&
                            is_challenged(first) && second.auth == "credentials" &&
                            is_of_one_kind(first, *expected[i]) && is_of_one_kind(first, second) &&
                            is_like(seen, i, *expected[i]);
        if (!is_one) continue;
        auto& both = pair.joined.emplace_back(first);
        both.auth = second.auth;
        both.answer = second.answer;
        seen[i] = &both;
        seen.erase(seen.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    return pair;
}

}  // namespace

bool is_like(const Stream& seen, std::size_t place, const Transaction& expected) {
    const auto& request = *seen[place];
    if (!is_of_one_kind(request, expected)) return false;
    if (request.auth == expected.auth) return true;
    const bool was_asked =
        place > 0 && is_challenged(*seen[place - 1]) && is_of_one_kind(*seen[place - 1], request);
    return request.auth == "none" && !was_asked;
}

std::vector<StreamPair> side_by_side(const Story& seen, const Story& expected) {
    auto all_expected = comparable(expected);
    auto all_seen = comparable(seen, all_expected);
    const auto wanted = by_call(all_expected);
    auto left = by_call(all_seen);
    std::vector<StreamPair> pairs;
    if (wanted.size() < 2 || left.size() < wanted.size()) {
        pairs.push_back(asked_unasked({std::move(all_seen), std::move(all_expected), {}}));
        return pairs;
    }
    for (const auto& stream : wanted)
        pairs.push_back(asked_unasked({take_match(left, stream), stream, {}}));
    return pairs;
}

}  // namespace twinline::judge
