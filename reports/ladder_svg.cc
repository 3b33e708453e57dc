// One arrow a row: the label begins at the phone's lifeline, so that the labels read as a list.
#include "reports/ladder_svg.hh"

#include "reports/label.hh"
#include "reports/table.hh"
#include "reports/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::reports {

namespace {

constexpr int time_width = 66;
constexpr int frame_width = 46;
constexpr int head_height = 46;

struct Canvas {
    const Ladders& ladders;
    std::string_view anchor;

    // Few lifelines leave room for longer labels; many still fit beside the other ladder.
    int spacing() const { return ladders.columns.size() <= 4 ? 134 : 106; }
    int x(std::size_t column) const {
        return time_width + 30 + static_cast<int>(column) * spacing();
    }
    static int y(int row) { return head_height + 30 + row; }
    int width() const { return x(ladders.columns.size() - 1) + spacing() / 2 + frame_width; }
    int bottom() const { return y(ladders.height) + 22; }
    int height() const { return bottom() + 30; }
};

std::int64_t milliseconds(timeline::Duration time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

std::string lifelines(const Canvas& canvas) {
    std::string out;
    for (std::size_t i = 0; i < canvas.ladders.columns.size(); ++i) {
        const auto name = markup(shorten(plain(canvas.ladders.columns[i]), 15));
        out += fmt::format("<line class=\"life\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/>",
                           canvas.x(i), head_height, canvas.bottom());
        for (const int y : {head_height - 8, canvas.bottom() + 18})
            out += fmt::format("<text class=\"role\" x=\"{}\" y=\"{}\">{}</text>", canvas.x(i), y,
                               name);
    }
    return out;
}

std::string bands(const Canvas& canvas, const Ladder& ladder) {
    std::string out;
    for (const auto& band : ladder.bands)
        out += fmt::format(
            "<rect class=\"{0}\" x=\"{1}\" y=\"{2}\" width=\"36\" height=\"{3}\" data-top=\"{2}\" "
            "data-tall=\"{3}\" data-zero=\"{4}\" data-from=\"{5}\" data-to=\"{6}\"><title>{7} of "
            "{8}"
            "</title></rect>",
            band.is_zone ? "zone" : "band", canvas.x(band.column) - 18, Canvas::y(band.top),
            std::max(band.bottom - band.top, 2), Canvas::y(0), milliseconds(band.from),
            milliseconds(band.to), markup(band.fault), markup(canvas.ladders.columns[band.column]));
    return out;
}

std::string breaks(const Canvas& canvas) {
    std::string out;
    for (const auto& gap : canvas.ladders.breaks) {
        const int y = Canvas::y(gap.y);
        out += fmt::format(
            "<rect class=\"cut\" x=\"0\" y=\"{}\" width=\"{}\" height=\"12\"/>"
            "<text class=\"pause\" x=\"{}\" y=\"{}\">{} later</text>",
            y - 6, canvas.width(), canvas.x(0) + 12, y + 3, duration_text(gap.skipped));
    }
    return out;
}

std::string_view sign(judge::Weight weight) {
    switch (weight) {
        case judge::Weight::fail:
        case judge::Weight::error:
            return "✗ ";
        case judge::Weight::deviation:
            return "△ ";
        case judge::Weight::inconc:
            return "? ";
        case judge::Weight::observation:
        case judge::Weight::ok:
            return "";
    }
    return "";
}

std::string tooltip(const Mark& mark) {
    const auto& event = *mark.event;
    auto text = fmt::format("{} s  {}", seconds_text(mark.offset), event.kind);
    if (!event.peer.empty())
        text += fmt::format("  {} {}", event.direction == timeline::Direction::in ? "from" : "to",
                            event.peer);
    for (const auto& [name, value] : event.fields) text += fmt::format("\n{}: {}", name, value);
    for (const auto& clause : event.clauses) text += "\nclause: " + clause;
    return markup_lines(text);
}

std::string arrow(const Canvas& canvas, const Mark& mark) {
    const auto& event = *mark.event;
    const int y = Canvas::y(mark.y);
    const int phone = canvas.x(0);
    if (event.direction == timeline::Direction::none || event.peer.empty()) {
        return fmt::format("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"4\"/>", phone, y - 4);
    }
    const int peer = canvas.x(canvas.ladders.column_of(event.peer));
    const bool out = event.direction == timeline::Direction::out;
    const int tip = out ? peer : phone;
    const int back = out ? tip - 8 : tip + 8;
    return fmt::format(
        "<line class=\"shaft\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>"
        "<path class=\"head\" d=\"M{} {}L{} {}L{} {}z\"/>",
        out ? phone : peer, back, y, y, tip, y, back, y - 4, back, y + 4);
}

std::string caption(const Canvas& canvas, const Mark& mark, judge::Weight weight) {
    const auto [name, detail] = label(*mark.event);
    const int x = canvas.x(0) + 12;
    // About six units a character in the style sheet's size.
    auto room = static_cast<std::size_t>((canvas.width() - frame_width - x) * 10 / 62);
    const auto head = shorten(plain(name), room);
    room -= std::min(room, columns(head) + 3);
    const auto rest = room < 4 ? "" : shorten(plain(detail), room);
    const int y = Canvas::y(mark.y) - (mark.event->peer.empty() ? 0 : 5);
    return fmt::format(
        "<text class=\"label\" x=\"{}\" y=\"{}\">{}<tspan class=\"name\">{}</tspan> <tspan "
        "class=\"detail\">{}</tspan></text>",
        x, y, sign(weight), escape(head), escape(rest));
}

std::string_view family(const timeline::Event& event) {
    if (event.kind.starts_with("sip.response")) return "answer";
    if (event.kind.starts_with("sip.")) return "sip";
    if (event.kind.starts_with("dns.")) return "dns";
    if (event.kind == "rig.decision") return "decision";
    if (event.kind.starts_with("rig.")) return "rig";
    return "net";
}

std::string row(const Canvas& canvas, const Mark& mark, const Highlights& highlights) {
    const auto& event = *mark.event;
    const auto found = highlights.weights.find(event.id);
    const auto weight = found == highlights.weights.end() ? judge::Weight::ok : found->second;
    const int y = Canvas::y(mark.y);
    std::string out = fmt::format(
        "<a id=\"{0}-{1}\" href=\"#{0}-{1}-row\" class=\"ev {2}{3} {4}\" data-t=\"{5}\" "
        "data-y=\"{6}\">",
        canvas.anchor, event.id, family(event), is_retransmission(event) ? " again" : "",
        css_class(weight), milliseconds(mark.offset), mark.y);
    out += fmt::format("<title>{}</title>", tooltip(mark));
    out +=
        fmt::format("<rect class=\"strip\" x=\"1\" y=\"{}\" width=\"{}\" height=\"22\" rx=\"3\"/>",
                    y - 17, canvas.width() - 2);
    out += fmt::format("<text class=\"time\" x=\"{}\" y=\"{}\">{}</text>", time_width - 8, y,
                       seconds_text(mark.offset));
    out += arrow(canvas, mark) + caption(canvas, mark, weight);
    if (event.frame)
        out += fmt::format("<text class=\"frame\" x=\"{}\" y=\"{}\">{}</text>", canvas.width() - 6,
                           y, *event.frame);
    if (highlights.first_divergence == event.id)
        out += fmt::format("<text class=\"flag\" x=\"{}\" y=\"{}\">first divergence</text>",
                           canvas.width() - 6, y - 10);
    return out + "</a>\n";
}

}  // namespace

std::string_view css_class(judge::Weight weight) {
    return weight == judge::Weight::ok ? "" : judge::to_string(weight);
}

std::string svg(const Ladders& ladders, const Ladder& ladder, const Highlights& highlights,
                std::string_view anchor, std::string_view title) {
    const Canvas canvas{ladders, anchor};
    auto out = fmt::format(
        "<svg class=\"ladder\" role=\"group\" aria-label=\"{0}\" viewBox=\"0 0 {1} {2}\" "
        "width=\"{1}\" height=\"{2}\" data-height=\"{6}\">\n"
        "<text class=\"head-time\" x=\"{3}\" y=\"{4}\">seconds</text>"
        "<text class=\"head-frame\" x=\"{5}\" y=\"{4}\">frame</text>\n",
        markup(title), canvas.width(), canvas.height(), time_width - 8, head_height - 8,
        canvas.width() - 6, ladders.height);
    out += bands(canvas, ladder) + lifelines(canvas) + breaks(canvas) + '\n';
    for (const auto& mark : ladder.marks) out += row(canvas, mark, highlights);
    return out + "</svg>\n";
}

}  // namespace twinline::reports
