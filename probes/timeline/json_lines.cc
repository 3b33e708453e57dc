// Writing a timeline as JSON Lines, and reading a stream of them line by line. The numbers are
// written by hand because a double cannot hold the nanoseconds of a long run.
#include "probes/timeline/json_lines.hh"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <istream>
#include <ostream>

namespace twinline::timeline {

namespace {

// Whether eight octets are all of ASCII, none a control character, a quote or a backslash.
bool is_plain(std::uint64_t octets) {
    constexpr std::uint64_t ones = 0x0101010101010101, high = 0x80 * ones;
    const auto holds = [](std::uint64_t word, std::uint64_t octet) {
        const std::uint64_t with = word ^ (octet * ones);
        return (with - ones) & ~with;
    };
    const std::uint64_t odd = octets | (octets - 0x20 * ones) | (octets + ones) |
                              holds(octets, '"') | holds(octets, '\\');
    return (odd & high) == 0;
}

// Copies a text of four octets or more in words, the last of which may overlap the one before;
// false where an octet is not plain, and what was copied counts for nothing.
template <typename Word>
bool copy_words(char* to, std::string_view text) {
    constexpr std::uint64_t padding =
        sizeof(Word) == sizeof(std::uint32_t) ? 0x20202020ULL << 32U : 0;
    const std::size_t last = text.size() - sizeof(Word);
    for (std::size_t at = 0;; at = std::min(at + sizeof(Word), last)) {
        Word octets = 0;
        std::memcpy(&octets, text.data() + at, sizeof octets);
        if (!is_plain(padding | octets)) return false;
        std::memcpy(to + at, &octets, sizeof octets);
        if (at == last) return true;
    }
}

bool copy_plain(char* to, std::string_view text) {
    if (text.size() >= sizeof(std::uint64_t)) return copy_words<std::uint64_t>(to, text);
    if (text.size() >= sizeof(std::uint32_t)) return copy_words<std::uint32_t>(to, text);
    std::uint64_t octets = 0x2020202020202020;
    for (std::size_t at = 0; at < text.size(); ++at) {
        to[at] = text[at];
        octets = octets << 8U | static_cast<unsigned char>(text[at]);
    }
    return is_plain(octets);
}

// Writes behind `used`, where room was made for all that is written.
class Pen {
  public:
    Pen(std::string& buffer, std::size_t& used, std::size_t most) : used_(used) {
        if (buffer.size() - used < most) buffer.resize(2 * buffer.size() + most);
        at_ = begin_ = buffer.data() + used;
    }
    Pen(const Pen&) = delete;
    Pen& operator=(const Pen&) = delete;
    ~Pen() { used_ += static_cast<std::size_t>(at_ - begin_); }

    void put(std::string_view text) { at_ = std::ranges::copy(text, at_).out; }
    void put(char c) { *at_++ = c; }
    void put(std::uint64_t number) { at_ = std::to_chars(at_, at_ + longest_number, number).ptr; }
    // Octets of the wire that are no UTF-8 become U+FFFD: a line is valid JSON whatever a device
    // sent.
    void quote(std::string_view text) {
        if (!copy_plain(at_ + 1, text))
            return put(nlohmann::json(text).dump(-1, ' ', false,
                                                 nlohmann::json::error_handler_t::replace));
        *at_ = at_[text.size() + 1] = '"';
        at_ += text.size() + 2;
    }

  private:
    static constexpr std::size_t longest_number = 20;

    std::size_t& used_;
    char* at_;
    char* begin_;
};

// The room that a text takes at most, with what stands around it: an octet may become \u and four
// digits.
std::size_t room_for(std::string_view text) { return 6 * text.size() + 4; }

void put_milliseconds(Pen& pen, Instant at) {
    const std::int64_t count = at.time_since_epoch().count();
    const auto size =
        count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    if (count < 0) pen.put('-');
    pen.put(size / nanoseconds_per_ms);
    std::uint64_t rest = size % nanoseconds_per_ms;
    if (rest == 0) return;
    pen.put('.');
    for (std::uint64_t unit = nanoseconds_per_ms / 10; rest != 0; rest %= unit, unit /= 10)
        pen.put(static_cast<char>('0' + rest / unit));
}

void put_text(Pen& pen, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    pen.put(name);
    pen.quote(value);
}

template <typename Fields>
void put_fields(Pen& pen, const Fields& fields) {
    if (std::empty(fields)) return;
    std::string_view before = ",\"fields\":{";
    for (const auto& [name, value] : fields) {
        pen.put(before);
        pen.quote(name);
        pen.put(':');
        pen.quote(value);
        before = ",";
    }
    pen.put('}');
}

void put_clauses(Pen& pen, const std::vector<std::string>& clauses) {
    if (clauses.empty()) return;
    std::string_view before = ",\"clauses\":[";
    for (const std::string& clause : clauses) {
        pen.put(before);
        pen.quote(clause);
        before = ",";
    }
    pen.put(']');
}

std::size_t line_room(const auto& event) {
    constexpr std::size_t names_and_numbers = 256;
    std::size_t room = names_and_numbers;
    for (const std::string_view text : {event.subject, event.peer, event.peer_port, event.kind})
        room += room_for(text);
    for (const auto& [name, value] : event.fields) room += room_for(name) + room_for(value);
    if constexpr (requires { event.clauses; })
        for (const auto& clause : event.clauses) room += room_for(clause);
    return room;
}

// An Event or an EventView.
void put_event(Pen& pen, const auto& event) {
    pen.put('{');
    if (event.id != 0) {
        pen.put("\"id\":");
        pen.put(event.id);
        pen.put(',');
    }
    pen.put("\"at_ms\":");
    put_milliseconds(pen, event.at);
    put_text(pen, ",\"subject\":", event.subject);
    if (event.direction != Direction::none)
        put_text(pen, ",\"direction\":", event.direction == Direction::out ? "out" : "in");
    put_text(pen, ",\"peer\":", event.peer);
    put_text(pen, ",\"peer_port\":", event.peer_port);
    put_text(pen, ",\"kind\":", event.kind);
    put_fields(pen, event.fields);
    if constexpr (requires { event.clauses; }) put_clauses(pen, event.clauses);
    if (event.frame) {
        pen.put(",\"frame\":");
        pen.put(*event.frame);
    }
    pen.put('}');
}

}  // namespace

std::string to_json_line(const Event& event) {
    std::string line;
    std::size_t used = 0;
    {
        Pen pen(line, used, line_room(event));
        put_event(pen, event);
    }
    line.resize(used);
    return line;
}

void JsonLines::put(const auto& event) {
    Pen pen(buffer_, used_, line_room(event));
    put_event(pen, event);
    pen.put('\n');
}

void JsonLines::add(const EventView& event) { put(event); }
void JsonLines::add(const Event& event) { put(event); }

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
