// Not by Call-ID alone: a phone that changes it where it should not would fall apart into streams
// that have no counterpart.
#include "rig/field/streams.hh"

#include "rig/field/parties.hh"

#include <algorithm>
#include <set>

namespace twinline::field {

namespace {

using judge::Transaction;

std::string family_of(const Transaction& t) {
    const auto user = user_of(t.sends.front()->field("to_uri"));
    if (t.method == "INVITE" || t.method == "BYE" || t.method == "CANCEL") return "calls";
    const bool is_of_a_user = t.method == "REGISTER" || t.method == "SUBSCRIBE";
    return is_of_a_user ? t.method + ' ' + user : t.method;
}

bool is_left_out(const Transaction& t, const Walkers& walkers) {
    return t.method == "ACK" || (t.method == "BYE" && walkers.far_end_hangs_up) ||
           t.sends.front()->at < walkers.visible_from;
}

using Families = std::map<std::string, Stream>;

Families families(const judge::Story& story, const Walkers& walkers) {
    Families found;
    for (const auto& t : story.transactions())
        if (!is_left_out(t, walkers)) found[family_of(t)].push_back(&t);
    return found;
}

std::vector<Stream> by_call(const Stream& family) {
    std::vector<Stream> found;
    for (const auto* t : family) {
        const auto call = t->sends.front()->field("call_id");
        const auto known = std::ranges::find_if(found, [&](const Stream& stream) {
            return stream.front()->sends.front()->field("call_id") == call;
        });
        if (known == found.end())
            found.push_back({t});
        else
            known->push_back(t);
    }
    return found;
}

// What the reference had sent last when it began this stream, and the same request of the phone. So
// an instant is measured across streams too.
void anchor(std::vector<Pair>::iterator begin, std::vector<Pair>::iterator end) {
    for (auto pair = begin; pair != end; ++pair) {
        for (auto other = begin; other != end; ++other) {
            if (other == pair) continue;
            const auto both = std::min(other->seen.size(), other->expected.size());
            for (std::size_t i = 0; i < both; ++i) {
                const auto* wanted = other->expected[i];
                if (wanted->start() >= pair->expected.front()->start()) break;
                if (pair->expected_before && wanted->start() < pair->expected_before->start())
                    continue;
                pair->expected_before = wanted;
                pair->seen_before = other->seen[i];
            }
        }
    }
}

// Of as many streams on both sides, those that began at the same server belong together.
void pair_up(std::vector<Stream> seen, const std::vector<Stream>& expected,
             std::vector<Pair>& pairs) {
    const auto first = static_cast<std::ptrdiff_t>(pairs.size());
    for (const auto& wanted : expected) {
        auto match = std::ranges::find_if(seen, [&](const Stream& stream) {
            return stream.front()->peer == wanted.front()->peer;
        });
        if (match == seen.end()) match = seen.begin();
        pairs.push_back({std::move(*match), wanted, nullptr, nullptr});
        seen.erase(match);
    }
    anchor(pairs.begin() + first, pairs.end());
}

}  // namespace

std::vector<Pair> pairs_of(const Walkers& walkers) {
    auto seen = families(walkers.seen, walkers);
    const auto expected = families(walkers.expected, walkers);
    std::vector<Pair> pairs;
    for (const auto& [name, stream] : expected) {
        const auto own = by_call(seen[name]);
        const auto wanted = by_call(stream);
        if (name != "calls" && own.size() == wanted.size() && own.size() > 1)
            pair_up(own, wanted, pairs);
        else
            pairs.push_back({seen[name], stream, nullptr, nullptr});
    }
    // What the reference never does: registering and calling count, presence and pings do not.
    for (const auto& [name, stream] : seen)
        if (!expected.contains(name) && (name.starts_with("REGISTER") || name == "calls"))
            pairs.push_back({stream, {}, nullptr, nullptr});
    return pairs;
}

}  // namespace twinline::field
