// Time is compressed: a row is never closer than its text needs, a pause grows with its logarithm,
// and one of more than four seconds becomes a break.
#include "reports/ladder_layout.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

namespace twinline::reports {

namespace {

using namespace std::chrono_literals;
using timeline::Duration;
using timeline::Event;
using timeline::Timeline;

constexpr int row_height = 26;
constexpr int break_height = 54;
constexpr Duration longest_drawn = 4s;
constexpr std::size_t most_columns = 9;
constexpr std::size_t most_marks = 2000;

bool is_drawn(const Event& event, std::string_view subject) {
    if (!event.subject.empty() && event.subject != subject) return false;
    constexpr std::array<std::string_view, 4> wire{"sip.", "dns.", "icmp.", "tcp."};
    constexpr std::array<std::string_view, 6> rig{"rig.stimulus", "rig.fault",    "rig.decision",
                                                  "rig.display",  "rig.location", "rig.watcher"};
    return std::ranges::any_of(wire, [&](auto w) { return event.kind.starts_with(w); }) ||
           std::ranges::find(rig, event.kind) != rig.end();
}

int pause(Duration time) {
    if (time < 10ms) return 0;
    if (time >= longest_drawn) return break_height;
    return std::min(row_height, static_cast<int>(5 * std::log2(time / 10ms)));
}

struct Row {
    Mark mark;
    Ladder* ladder = nullptr;
};

void collect(std::vector<Row>& rows, const Timeline& timeline, std::string_view subject,
             Ladder& ladder) {
    const auto zero = power_on(timeline);
    std::size_t drawn = 0;
    for (const auto& event : timeline) {
        if (!is_drawn(event, subject)) continue;
        if (++drawn > most_marks)
            ++ladder.left_out;
        else
            rows.push_back({{&event, event.at - zero, 0}, &ladder});
    }
}

void place(Ladders& ladders, std::vector<Row>& rows) {
    std::ranges::stable_sort(rows, {}, [](const Row& row) { return row.mark.offset; });
    int cursor = 0;
    Duration last = rows.empty() ? Duration{} : rows.front().mark.offset;
    for (auto& [mark, ladder] : rows) {
        const auto skipped = mark.offset - last;
        const int free = cursor + pause(skipped);
        if (skipped >= longest_drawn) ladders.breaks.push_back({skipped, cursor + 20});
        mark.y = ladder->marks.empty() ? free : std::max(free, ladder->marks.back().y + row_height);
        cursor = mark.y;
        last = mark.offset;
        ladder->marks.push_back(mark);
    }
    ladders.height = cursor;
}

void add_column(std::vector<std::string>& columns, const std::string& role) {
    if (role.empty() || std::ranges::find(columns, role) != columns.end()) return;
    if (columns.size() < most_columns)
        columns.push_back(role);
    else
        columns.back() = "others";
}

void end_band(Band& band, const Mark& mark) {
    band.bottom = std::min(band.bottom, mark.y);
    band.to = std::min(band.to, mark.offset);
}

// Where the subject's questions go.
std::set<std::size_t> name_servers(const Ladders& ladders, const Ladder& ladder) {
    std::set<std::size_t> columns;
    for (const auto& mark : ladder.marks)
        if (mark.event->kind.starts_with("dns.") && !mark.event->peer.empty())
            columns.insert(ladders.column_of(mark.event->peer));
    return columns;
}

void add_zone(const Ladders& ladders, Ladder& ladder, const Mark& mark, const Band& band) {
    for (auto& other : ladder.bands)
        if (other.is_zone) end_band(other, mark);
    for (const auto column : name_servers(ladders, ladder)) {
        ladder.bands.push_back(band);
        ladder.bands.back().column = column;
    }
}

void add_bands(const Ladders& ladders, Ladder& ladder) {
    constexpr std::string_view set_zone = "set zone ";
    const auto bottom = ladders.height + row_height;
    const auto end = ladder.marks.empty() ? Duration{} : ladder.marks.back().offset;
    for (const auto& mark : ladder.marks) {
        const auto& [event, offset, y] = mark;
        const auto what = event->field("what");
        if (event->kind == "rig.stimulus" && what.starts_with(set_zone))
            add_zone(ladders, ladder, mark,
                     {0, "zone " + std::string(what.substr(set_zone.size())), y, bottom, offset,
                      end, true});
        if (event->kind != "rig.fault") continue;
        const auto column = ladders.column_of(std::string(event->field("host")));
        const auto fault = event->field("fault");
        if (event->field("state") == "on")
            ladder.bands.push_back({column, std::string(fault), y, bottom, offset, end, false});
        else
            for (auto& band : ladder.bands)
                if (!band.is_zone && band.column == column && band.fault == fault)
                    end_band(band, mark);
    }
}

}  // namespace

bool Ladder::draws(std::uint64_t event) const {
    return std::ranges::any_of(marks,
                               [event](const Mark& mark) { return mark.event->id == event; });
}

std::size_t Ladders::column_of(const std::string& peer) const {
    const auto found = std::ranges::find(columns, peer);
    return static_cast<std::size_t>(found - columns.begin()) - (found == columns.end() ? 1 : 0);
}

timeline::Instant power_on(const Timeline& timeline) {
    for (const auto& event : timeline) {
        const auto what = event.field("what");
        if (event.kind == "rig.stimulus" && what == "power on") return event.at;
    }
    return timeline.empty() ? timeline::Instant{} : timeline.front().at;
}

Ladders lay_out(const Timeline& device, const Timeline& twin,
                const std::vector<std::string>& roles) {
    Ladders ladders;
    ladders.columns.emplace_back("phone");
    for (const auto& role : roles) add_column(ladders.columns, role);
    std::vector<Row> rows;
    collect(rows, device, "device", ladders.device);
    collect(rows, twin, "twin", ladders.twin);
    for (const auto& row : rows) add_column(ladders.columns, row.mark.event->peer);
    place(ladders, rows);
    add_bands(ladders, ladders.device);
    add_bands(ladders, ladders.twin);
    return ladders;
}

}  // namespace twinline::reports
