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
            const auto drawn = oracle.choice("srv-weight", 0, total);
            auto pick = place;
            for (std::uint64_t sum = pick->weight; sum < drawn; sum += pick->weight) ++pick;
            std::rotate(place, pick, pick + 1);
        }
        group = end;
    }
    return records;
}

}  // namespace twinline::phone
