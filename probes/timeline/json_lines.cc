// Writing a timeline as JSON Lines, and reading a stream of them line by line. The numbers are
// written by hand because a double cannot hold the nanoseconds of a long run.
#include "probes/timeline/json_lines.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <istream>
#include <iterator>
#include <ostream>

namespace twinline::timeline {

namespace {

// Octets of the wire that are no UTF-8 become U+FFFD: a line is valid JSON whatever a device sent.
std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string milliseconds(Instant at) {
    const std::int64_t count = at.time_since_epoch().count();
    const std::int64_t whole = count / nanoseconds_per_ms;
    const std::int64_t rest = count % nanoseconds_per_ms;
    std::string text = fmt::format("{}{}", count < 0 ? "-" : "", whole < 0 ? -whole : whole);
    if (rest != 0) {
        fmt::format_to(std::back_inserter(text), ".{:06}", rest < 0 ? -rest : rest);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text;
}

void add_text(std::string& line, std::string_view name, const std::string& value) {
    if (!value.empty()) {
        fmt::format_to(std::back_inserter(line), ",\"{}\":{}", name, quoted(value));
    }
}

void add_fields(std::string& line, const Fields& fields) {
    if (fields.empty()) {
        return;
    }
    line += ",\"fields\":{";
    std::string_view separator;
    for (const auto& [name, value] : fields) {
        line.append(separator).append(quoted(name)).append(":").append(quoted(value));
        separator = ",";
    }
    line += '}';
}

void add_clauses(std::string& line, const std::vector<std::string>& clauses) {
    if (clauses.empty()) {
        return;
    }
    line += ",\"clauses\":[";
    std::string_view separator;
    for (const std::string& clause : clauses) {
        line.append(separator).append(quoted(clause));
        separator = ",";
    }
    line += ']';
}

}  // namespace

std::string to_json_line(const Event& event) {
    std::string line = "{";
    if (event.id != 0) {
        fmt::format_to(std::back_inserter(line), "\"id\":{},", event.id);
    }
    line.append("\"at_ms\":").append(milliseconds(event.at));
    add_text(line, "subject", event.subject);
    if (event.direction != Direction::none) {
        add_text(line, "direction", event.direction == Direction::out ? "out" : "in");
    }
    add_text(line, "peer", event.peer);
    add_text(line, "peer_port", event.peer_port);
    add_text(line, "kind", event.kind);
    add_fields(line, event.fields);
    add_clauses(line, event.clauses);
    if (event.frame) {
        fmt::format_to(std::back_inserter(line), ",\"frame\":{}", *event.frame);
    }
    return line += '}';
}

void write(std::ostream& out, const Timeline& timeline) {
    for (const Event& event : timeline) {
        out << to_json_line(event) << '\n';
    }
}

tl::expected<Timeline, LineError> read(std::istream& in) {
    Timeline timeline;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        auto event = from_json_line(line);
        if (!event) {
            return tl::unexpected(LineError{number, std::move(event.error())});
        }
        timeline.push_back(std::move(*event));
    }
    return timeline;
}

}  // namespace twinline::timeline
