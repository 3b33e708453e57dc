// The running-sum procedure of RFC 2782, "Weight".
#include "reference_impl/phone/srv_order.hh"

#include <algorithm>
#include <cstdint>

namespace twinline::phone {

bool service_denied(const std::vector<wire::SrvRecord>& records) {
    return records.size() == 1 && records.front().target.empty();
}

std::vector<wire::SrvRecord> order_by_rfc2782(std::vector<wire::SrvRecord> records,
                                              Oracle& oracle) {
    // RFC-2782-01 by priority; RFC-2782-03 weight 0 first, so that it keeps a small chance.
    std::ranges::stable_sort(records, [](const wire::SrvRecord& a, const wire::SrvRecord& b) {
        return a.priority != b.priority ? a.priority < b.priority
                                        : (a.weight == 0) > (b.weight == 0);
    });
    for (auto group = records.begin(); group != records.end();) {
        const auto same = [priority = group->priority](const wire::SrvRecord& r) {
            return r.priority == priority;
        };
        const auto end = std::find_if_not(group, records.end(), same);
        // RFC-2782-02: a number up to the running total picks the next; it moves to the front of
        // the rest.
        for (auto place = group; std::distance(place, end) > 1; ++place) {
            std::uint64_t total = 0;
            for (auto r = place; r != end; ++r) total += r->weight;
            const auto drawn = oracle.choice({"srv-weight"}, 0, total);
            auto pick = place;
            for (std::uint64_t sum = pick->weight; sum < drawn; sum += pick->weight) ++pick;
            std::rotate(place, pick, pick + 1);
        }
        group = end;
    }
    return records;
}

std::vector<wire::SrvRecord> order_by_weight(std::vector<wire::SrvRecord> records, Oracle& oracle,
                                             unsigned turn) {
    std::ranges::stable_sort(records, [](const wire::SrvRecord& a, const wire::SrvRecord& b) {
        return a.priority != b.priority ? a.priority < b.priority : a.weight > b.weight;
    });
    const bool tied = std::ranges::adjacent_find(records, [](const auto& a, const auto& b) {
                          return a.priority == b.priority && a.weight == b.weight;
                      }) != records.end();
    if (!tied) return records;
    const auto reading = oracle.reading("equal-weight-order");
    if (reading == "answer-order") return records;
    for (auto group = records.begin(); group != records.end();) {
        const auto end =
            std::find_if_not(group, records.end(), [first = *group](const wire::SrvRecord& r) {
                return r.priority == first.priority && r.weight == first.weight;
            });
        const auto size = static_cast<std::uint64_t>(std::distance(group, end));
        if (size > 1 && reading == "rotation") {
            // From an order of their own: a DNS server that rotates too would undo the turns.
            std::ranges::sort(group, end, {}, &wire::SrvRecord::target);
            std::rotate(group, group + static_cast<std::ptrdiff_t>(turn % size), end);
        } else {
            for (auto place = group; std::distance(place, end) > 1; ++place) {
                const auto last = static_cast<std::uint64_t>(std::distance(place, end)) - 1;
                std::iter_swap(place, place + static_cast<std::ptrdiff_t>(
                                                  oracle.choice({"srv-equal-weight"}, 0, last)));
            }
        }
        group = end;
    }
    return records;
}

}  // namespace twinline::phone
