// Exact decimal reading of durations: 31.9 s is 31,900,000,000 ns and not what a double makes of
// it.
#include "rig/scenario/units.hh"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace twinline::scenario {

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

namespace {

constexpr std::int64_t longest_hours = 1000;
constexpr std::size_t most_digits = 9;
constexpr std::size_t most_decimals = 6;
constexpr std::string_view allowed_durations = "allowed are ms, s, min and h, as in \"5 s\"";

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};
constexpr std::array<Unit, 4> units{
    {{"ms", 1'000'000}, {"s", 1'000'000'000}, {"min", 60'000'000'000}, {"h", 3'600'000'000'000}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Decimal {
    std::int64_t whole = 0;
    std::int64_t millionths = 0;
};

std::optional<Decimal> parse_decimal(std::string_view text) {
    std::size_t point = text.find('.');
    std::string_view whole = text.substr(0, point);
    std::string_view fraction = point == text.npos ? "0" : text.substr(point + 1);
    if (whole.empty() || whole.size() > most_digits || fraction.empty() ||
        fraction.size() > most_decimals) {
        return std::nullopt;
    }
    Decimal value;
    for (char c : whole) {
        if (!is_digit(c)) return std::nullopt;
        value.whole = value.whole * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < most_decimals; ++i) {
        char c = i < fraction.size() ? fraction[i] : '0';
        if (!is_digit(c)) return std::nullopt;
        value.millionths = value.millionths * 10 + (c - '0');
    }
    return value;
}

// Splits "500 ms" after its number; the rest is trimmed.
std::pair<std::string_view, std::string_view> split_number(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
    return {text.substr(0, end), trim(text.substr(end))};
}

tl::expected<double, std::string> parse_percent(std::string_view text) {
    auto [number, unit] = split_number(text);
    std::optional<Decimal> value = parse_decimal(number);
    if (!value || unit != "%" || value->whole > 100) {
        return tl::unexpected(in_quotes(text) + " is no percentage; allowed is 0 % to 100 %");
    }
    return (static_cast<double>(value->whole) + static_cast<double>(value->millionths) / 1e6) / 100;
}

}  // namespace

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

tl::expected<Duration, std::string> parse_duration(std::string_view text) {
    text = trim(text);
    auto [number, name] = split_number(text);
    std::optional<Decimal> value = parse_decimal(number);
    if (!value) {
        return tl::unexpected(in_quotes(text) + " is no duration; " +
                              std::string(allowed_durations));
    }
    if (name.empty()) {
        return tl::unexpected(in_quotes(text) + " has no unit; " + std::string(allowed_durations));
    }
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (value->whole >= longest_hours * units.back().nanoseconds / unit.nanoseconds) {
            return tl::unexpected(in_quotes(text) + " is too long; allowed is less than " +
                                  std::to_string(longest_hours) + " h");
        }
        return Duration(value->whole * unit.nanoseconds +
                        value->millionths * (unit.nanoseconds / 1000) / 1000);
    }
    return tl::unexpected(in_quotes(text) + " has an unknown unit; " +
                          std::string(allowed_durations));
}

tl::expected<Tolerance, std::string> parse_tolerance(std::string_view text) {
    Tolerance tolerance;
    text = trim(text);
    std::size_t plus = text.find('+');
    bool has_ratio = plus != text.npos || text.ends_with('%');
    bool has_absolute = plus != text.npos || !has_ratio;
    if (has_absolute) {
        tl::expected<Duration, std::string> part = parse_duration(text.substr(0, plus));
        if (!part) return tl::unexpected(part.error());
        tolerance.absolute = *part;
    }
    if (has_ratio) {
        std::string_view ratio = plus == text.npos ? text : trim(text.substr(plus + 1));
        tl::expected<double, std::string> part = parse_percent(ratio);
        if (!part) return tl::unexpected(part.error());
        tolerance.ratio = *part;
    }
    return tolerance;
}

tl::expected<unsigned, std::string> parse_number(std::string_view text, unsigned least,
                                                 unsigned most) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
        return tl::unexpected(in_quotes(text) + " is not allowed; allowed is a whole number from " +
                              std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

}  // namespace twinline::scenario
