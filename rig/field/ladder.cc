// The phone on the left, the reference on the right, on one axis of time: what both did at once
// stands in one row.
#include "rig/field/told.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

constexpr std::size_t width = 58;
constexpr timeline::Duration at_once = std::chrono::milliseconds{300};

bool is_drawn(const Event& event, timeline::Instant from) {
    return event.subject == "device" && event.at >= from &&
           (event.kind.starts_with("sip.") || event.kind.starts_with("dns.") ||
            event.kind == "icmp.unreachable");
}

std::string what(const Event& event) {
    const auto field = [&](std::string_view name) { return std::string(event.field(name)); };
    if (event.kind == "sip.request")
        return field("method") + (field("auth") == "credentials" ? " with credentials" : "") +
               (field("send") == "1" ? "" : " again");
    if (event.kind == "sip.response") return field("status") + ' ' + field("reason");
    if (event.kind == "dns.query") return field("type") + "? " + field("name");
    if (event.kind == "dns.response")
        return field("answers").empty() ? field("rcode") : field("answers");
    return event.kind;
}

enum class Side { seen, expected };

std::string cell(const Event* event, Side side, const Stage& stage) {
    if (event == nullptr) return {};
    const auto* arrow = event->direction == Direction::out ? "-->" : "<--";
    const auto seconds =
        std::chrono::duration<double>(stage.in_capture(event->at).time_since_epoch()).count();
    auto text = fmt::format("{:9.3f} {} {} {}", seconds, arrow, event->peer, what(*event));
    if (side == Side::seen && event->frame)
        text += fmt::format("  #{}", *event->frame);
    else if (!event->clauses.empty())
        text += "  [" + event->clauses.front() + "]";
    return text;
}

struct Row {
    const Event* seen = nullptr;
    const Event* expected = nullptr;
    const Mark* mark = nullptr;  // in the phone's log, by the clock of the capture
    timeline::Instant at(const Stage& stage) const {
        if (mark != nullptr) return mark->at + stage.shift;
        return seen != nullptr ? seen->at : expected->at;
    }
};

bool alike(const Event& a, const Event& b) {
    return a.kind == b.kind && a.peer == b.peer && what(a) == what(b) &&
           std::chrono::abs(a.at - b.at) < at_once;
}

std::vector<Row> rows_of(const Explanation& told) {
    std::vector<Row> rows;
    for (const auto& event : told.stage->seen)
        if (is_drawn(event, told.stage->visible_from)) rows.push_back({&event, nullptr, nullptr});
    const auto seen = rows.size();
    for (const auto& event : told.expected) {
        if (!is_drawn(event, told.stage->visible_from)) continue;
        const auto end = rows.begin() + static_cast<std::ptrdiff_t>(seen);
        const auto from = std::lower_bound(
            rows.begin(), end, event.at - at_once,
            [](const Row& row, timeline::Instant at) { return row.seen->at < at; });
        const auto to = std::find_if(
            from, end, [&](const Row& row) { return row.seen->at > event.at + at_once; });
        const auto beside = std::find_if(from, to, [&](const Row& row) {
            return row.expected == nullptr && alike(*row.seen, event);
        });
        if (beside != to)
            beside->expected = &event;
        else
            rows.push_back({nullptr, &event, nullptr});
    }
    for (const auto& mark : told.log.marks)
        if (mark.at >= told.met.begin && mark.at <= told.met.end)
            rows.push_back({nullptr, nullptr, &mark});
    std::ranges::stable_sort(rows, {}, [&](const Row& row) { return row.at(*told.stage); });
    return rows;
}

std::string log_row(const Mark& mark) {
    auto text = mark.text;
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    const auto seconds = std::chrono::duration<double>(mark.at.time_since_epoch()).count();
    return fmt::format("{:9.3f} its log, line {}: {}\n", seconds, mark.line, text);
}

}  // namespace

std::string ladder(const Explanation& told) {
    constexpr std::size_t most = 60, before = 20, after = 10;
    const auto rows = rows_of(told);
    std::size_t from = 0, to = rows.size();
    if (rows.size() > most) {
        const auto here =
            told.divergence ? told.divergence->at + told.stage->shift : timeline::Instant::max();
        const auto at = static_cast<std::size_t>(std::ranges::count_if(
            rows, [&](const Row& row) { return row.at(*told.stage) < here; }));
        to = std::min(rows.size(), std::max(at + after, before));
        from = to > before + after ? to - before - after : 0;
    }
    auto text = fmt::format("{:>9} {:<{}} | {}\n", "s", "the phone", width - 10, "the reference");
    if (from > 0) text += fmt::format("{:>9} {} rows before\n", "", from);
    for (std::size_t i = from; i < to; ++i) {
        if (rows[i].mark != nullptr) {
            text += log_row(*rows[i].mark);
            continue;
        }
        const auto* mark = told.divergence && told.divergence->frame && rows[i].seen != nullptr &&
                                   rows[i].seen->frame == told.divergence->frame
                               ? " <== here"
                               : "";
        const auto left = cell(rows[i].seen, Side::seen, *told.stage);
        const auto right = cell(rows[i].expected, Side::expected, *told.stage);
        text += fmt::format("{:<{}} | {}{}\n", left, width, right, mark);
    }
    if (to < rows.size()) text += fmt::format("{:>9} {} rows after\n", "", rows.size() - to);
    return text;
}

}  // namespace twinline::field
