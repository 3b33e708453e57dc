// A log server may write its own time in front, with a year (RFC 3339), so both forms of time are
// taken wherever a line begins.
#include "rig/field/syslog.hh"

#include "rig/field/text.hh"
#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace twinline::field {

namespace {

using timeline::Duration;
using timeline::Instant;

constexpr std::size_t longest_line = 8192;  // RFC 5424 section 6.1 asks for 2048 at least
constexpr std::size_t most_faults = 5;

// Reads from the front of a text, and knows whether all of it was there.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Of so many digits.
    std::optional<unsigned> digits(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
            ++count;
        if (count < least) return std::nullopt;
        const auto value = number(rest_.substr(0, count));
        rest_.remove_prefix(count);
        return value;
    }
    std::string_view word() {
        const auto end = std::min(rest_.find(' '), rest_.size());
        const auto found = rest_.substr(0, end);
        rest_.remove_prefix(end);
        take(' ');
        return found;
    }
    void skip_blanks() {
        while (take(' ')) {
        }
    }
    std::string_view rest() const { return rest_; }
    std::string_view front(std::size_t count) const { return rest_.substr(0, count); }
    void drop(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }

  private:
    std::string_view rest_;
};

std::optional<Instant> instant_of(int year, unsigned month, unsigned day, unsigned hour,
                                  unsigned minute, unsigned second) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return Instant{} + (std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                        std::chrono::minutes(minute) + std::chrono::seconds(second));
}

struct TimeOfDay {
    unsigned hour = 0, minute = 0, second = 0;
};

std::optional<TimeOfDay> time_of_day(Scanner& scanner) {
    const auto hour = scanner.digits(2, 2);
    if (!hour || !scanner.take(':')) return std::nullopt;
    const auto minute = scanner.digits(2, 2);
    if (!minute || !scanner.take(':')) return std::nullopt;
    const auto second = scanner.digits(2, 2);
    if (!second) return std::nullopt;
    return TimeOfDay{*hour, *minute, *second};
}

// RFC 5424 section 6.2.3: 2003-10-11T22:14:15.003Z, or with +02:00.
std::optional<Instant> with_a_year(Scanner& scanner) {
    const auto year = scanner.digits(4, 4);
    if (!year || !scanner.take('-')) return std::nullopt;
    const auto month = scanner.digits(2, 2);
    if (!month || !scanner.take('-')) return std::nullopt;
    const auto day = scanner.digits(2, 2);
    if (!day || (!scanner.take('T') && !scanner.take(' '))) return std::nullopt;
    const auto time = time_of_day(scanner);
    if (!time) return std::nullopt;
    auto at =
        instant_of(static_cast<int>(*year), *month, *day, time->hour, time->minute, time->second);
    if (!at) return std::nullopt;
    if (scanner.take('.')) {
        Duration unit = std::chrono::milliseconds{100};
        while (const auto digit = scanner.digits(1, 1)) {
            *at += unit * *digit;
            unit /= 10;
        }
    }
    const bool ahead = scanner.take('+');
    if (scanner.take('Z') || (!ahead && !scanner.take('-'))) return at;
    const auto hours = scanner.digits(2, 2);
    scanner.take(':');
    const auto minutes = scanner.digits(2, 2);
    if (!hours || !minutes) return std::nullopt;
    const Duration off = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return ahead ? *at - off : *at + off;
}

// RFC 3164 section 4.1.2: Oct 11 22:14:15. The year is that of the line before, or the next one
// where time would go back by months.
std::optional<Instant> without_a_year(Scanner& scanner, Instant former) {
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::ranges::find(months, scanner.front(3));
    if (found == months.end()) return std::nullopt;
    const auto month = static_cast<unsigned>(found - months.begin()) + 1;
    scanner.drop(3);
    scanner.skip_blanks();
    const auto day = scanner.digits(1, 2);
    if (!day || !scanner.take(' ')) return std::nullopt;
    scanner.skip_blanks();
    const auto time = time_of_day(scanner);
    if (!time) return std::nullopt;
    constexpr int some_leap_year = 2024;
    const bool is_first = former == Instant{};
    const std::chrono::year_month_day before{std::chrono::floor<std::chrono::days>(former)};
    const auto year = is_first ? some_leap_year : static_cast<int>(before.year());
    auto at = instant_of(year, month, *day, time->hour, time->minute, time->second);
    if (at && !is_first && *at + std::chrono::days{180} < former)
        at = instant_of(year + 1, month, *day, time->hour, time->minute, time->second);
    return at;
}

// After the version of RFC 5424: HOSTNAME APP-NAME PROCID MSGID and the structured data go.
void drop_header(Scanner& scanner) {
    for (int i = 0; i < 4; ++i) scanner.word();
    if (!scanner.take('[')) {
        scanner.word();
        return;
    }
    bool quoted = false;
    for (char last = 0; !scanner.rest().empty(); scanner.drop(1)) {
        const char c = scanner.rest().front();
        if (c == '"' && last != '\\') quoted = !quoted;
        last = c;
        const bool ends = c == ']' && !quoted;
        if (ends && scanner.front(2) != "][") break;
    }
    scanner.take(']');
    scanner.take(' ');
}

}  // namespace

std::optional<SyslogLine> parse_syslog(std::string_view line, Instant former) {
    Scanner scanner(line);
    if (scanner.take('<')) {
        const auto priority = scanner.digits(1, 3);
        if (!priority || *priority > 191 || !scanner.take('>')) return std::nullopt;
    }
    const bool is_of_5424 = scanner.front(2) == "1 ";
    if (is_of_5424) scanner.drop(2);
    const bool has_month_first = !scanner.rest().empty() && scanner.rest().front() >= 'A';
    const auto at = has_month_first ? without_a_year(scanner, former) : with_a_year(scanner);
    if (!at || (!scanner.rest().empty() && !scanner.take(' '))) return std::nullopt;
    if (is_of_5424)
        drop_header(scanner);
    else
        scanner.word();  // the host
    return SyslogLine{0, *at, std::string(scanner.rest())};
}

Syslog read_syslog(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw scenario::BadInput({{{file.string(), 0}, "cannot be read"}});
    Syslog log;
    std::string line;
    Instant former{};
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        while (!line.empty() && (line.back() == '\r' || line.back() == '\0')) line.pop_back();
        if (line.empty()) continue;
        auto parsed = line.size() > longest_line ? std::nullopt : parse_syslog(line, former);
        if (!parsed) {
            if (++log.unreadable <= most_faults)
                log.faults.push_back(
                    fmt::format("{}:{}: no line of syslog: it begins with neither the time of RFC "
                                "3164 nor that of RFC 5424; left out",
                                file.string(), number));
            continue;
        }
        parsed->number = number;
        former = parsed->at;
        log.lines.push_back(std::move(*parsed));
    }
    return log;
}

}  // namespace twinline::field
