// The kinds of values that vendors' parameters hold.
#include "reference_impl/config/parameter.hh"

#include "reference_impl/wire/text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twinline::config {

namespace {

// Leaves room for "_sips._tcp." before the name in a DNS question (RFC 3263 section 4.1, RFC 1035
// section 2.3.4).
constexpr std::size_t longest_host = 242;
constexpr std::size_t longest_folder = 255;
constexpr std::size_t longest_domain = 253;  // RFC 1035 section 2.3.4, as text

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_plain(std::string_view value) {
    return std::ranges::none_of(value, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '_';
    });
}

// What ends in a number is an address or a mistake (RFC 3696 section 2).
bool is_host(std::string_view value) {
    auto rest = value;
    for (;;) {
        const auto dot = rest.find('.');
        const auto label = rest.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) {
            return !wire::parse_number(label) || wire::parse_ipv4(value).has_value();
        }
        rest.remove_prefix(dot + 1);
    }
}

template <typename Check>
Parameter checked_text(std::string name, Indices indices, std::string permitted, Check check,
                       StoreText store) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.indices = indices;
    parameter.permitted = std::move(permitted);
    parameter.set = [check, store = std::move(store)](Draft& draft, Index index,
                                                      std::string_view value) {
        if (!check(value)) return false;
        store(draft, index, value);
        return true;
    };
    return parameter;
}

std::string filled_in(std::string pattern, Index index) {
    for (const auto& [letter, number] : {std::pair('X', index.x), std::pair('Y', index.y)}) {
        if (const auto at = pattern.find(letter); at != std::string::npos)
            pattern.replace(at, 1, std::to_string(number));
    }
    return pattern;
}

// "0.5" is 500; nothing where it is no number, or a finer one.
std::optional<std::uint32_t> milliseconds_of(std::string_view value) {
    const auto point = std::min(value.find('.'), value.size());
    std::string decimals(value.substr(std::min(point + 1, value.size())));
    if (decimals.size() > 3 || (point < value.size() && decimals.empty())) return std::nullopt;
    decimals.resize(3, '0');
    const auto whole = wire::parse_number(value.substr(0, point));
    const auto part = wire::parse_number(decimals);
    if (!whole || !part || *whole > longest_time / 1000 - 1) return std::nullopt;
    return *whole * 1000 + *part;
}

}  // namespace

bool is_sip_user(std::string_view value) {
    constexpr std::string_view marks = "-_.!~*'()&=+$,;?/%";
    return std::ranges::all_of(value, [&](char c) {
        return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

Account& Draft::account(unsigned index) {
    auto& account = accounts[index];
    account.index = index;
    if (account.servers.empty()) account.servers.emplace_back();
    return account;
}

bool Index::within(const Indices& indices) const {
    return x >= indices.low && x <= indices.high && y >= indices.low_y && y <= indices.high_y;
}

std::string Parameter::name_with(Index index) const { return filled_in(name, index); }

std::string Parameter::documented_with(Index index) const {
    return filled_in(documented.empty() ? name : documented, index);
}

// X and Y stand for numbers; one with a leading zero is no index.
std::optional<Index> Parameter::index_in(std::string_view key) const {
    Index index;
    for (const char c : name) {
        if (c != 'X' && c != 'Y') {
            if (!key.starts_with(c)) return std::nullopt;
            key.remove_prefix(1);
            continue;
        }
        const auto digits = key.substr(0, key.find_first_not_of("0123456789"));
        const auto number = wire::parse_number(digits);
        const bool zero = digits == "0" && (c == 'X' ? indices.low : indices.low_y) == 0;
        if (!number || (digits.starts_with('0') && !zero)) return std::nullopt;
        (c == 'X' ? index.x : index.y) = *number;
        key.remove_prefix(digits.size());
    }
    return key.empty() ? std::optional(index) : std::nullopt;
}

Parameter text(std::string name, Indices indices, StoreText store) {
    return checked_text(std::move(name), indices, "text without control characters", is_plain,
                        std::move(store));
}

Parameter secret_text(std::string name, Indices indices, StoreText store) {
    auto parameter = text(std::move(name), indices, std::move(store));
    parameter.secret = true;
    return parameter;
}

Parameter sip_user(std::string name, Indices indices, StoreText store) {
    return checked_text(std::move(name), indices,
                        "letters, digits and -_.!~*'()&=+$,;?/% (RFC 3261 section 25.1)",
                        is_sip_user, std::move(store));
}

Parameter text_within(std::string name, Indices indices, std::size_t longest, StoreText store) {
    const auto fits = [longest](std::string_view value) {
        return value.size() <= longest && is_plain(value);
    };
    return checked_text(
        std::move(name), indices,
        fmt::format("text of at most {} characters without control characters", longest), fits,
        std::move(store));
}

Parameter host(std::string name, Indices indices, StoreText store) {
    return host_within(std::move(name), indices, longest_host, std::move(store));
}

Parameter host_within(std::string name, Indices indices, std::size_t longest, StoreText store) {
    const auto fits = [longest](std::string_view value) {
        return value.size() <= longest && is_host(value);
    };
    return checked_text(
        std::move(name), indices,
        fmt::format("a host name of at most {} characters or an address a.b.c.d", longest), fits,
        std::move(store));
}

Parameter domain(std::string name, Indices indices, StoreText store) {
    const auto is_domain = [](std::string_view value) {
        return value.size() <= longest_domain && is_host(value) && !wire::parse_ipv4(value);
    };
    return checked_text(std::move(name), indices,
                        fmt::format("a domain name of at most {} characters", longest_domain),
                        is_domain, std::move(store));
}

Parameter folder(std::string name, Indices indices, StoreText store) {
    const auto is_folder = [](std::string_view value) {
        return value.size() <= longest_folder && is_safe_path(value);
    };
    return checked_text(std::move(name), indices, "a path without spaces that never leads upwards",
                        is_folder, std::move(store));
}

Parameter download_url(std::string name, Indices indices, StoreText store) {
    return checked_text(
        std::move(name), indices, "http, https, ftp or tftp://HOST[:PORT][/PATH]",
        [](std::string_view value) { return parse_download_url(value).has_value(); },
        std::move(store));
}

Parameter address(std::string name, Indices indices, StoreAddress store) {
    const auto is_address = [](std::string_view value) {
        return wire::parse_ipv4(value).has_value();
    };
    return checked_text(
        std::move(name), indices, "an address a.b.c.d", is_address,
        [store = std::move(store)](Draft& draft, Index index, std::string_view value) {
            store(draft, index, *wire::parse_ipv4(value));
        });
}

Parameter integer(std::string name, Indices indices, std::uint32_t low, std::uint32_t high,
                  StoreNumber store) {
    const auto in_range = [low, high](std::string_view value) {
        const auto number = wire::parse_number(value);
        return number && *number >= low && *number <= high;
    };
    return checked_text(
        std::move(name), indices, fmt::format("an integer from {} to {}", low, high), in_range,
        [store = std::move(store)](Draft& draft, Index index, std::string_view value) {
            store(draft, index, *wire::parse_number(value));
        });
}

Parameter decimal_seconds(std::string name, Indices indices, std::uint32_t low, std::uint32_t high,
                          StoreNumber store) {
    const auto in_range = [low, high](std::string_view value) {
        const auto ms = milliseconds_of(value);
        return ms && *ms >= low && *ms <= high;
    };
    return checked_text(
        std::move(name), indices, fmt::format("seconds from {} to {}", low / 1000.0, high / 1000.0),
        in_range, [store = std::move(store)](Draft& draft, Index index, std::string_view value) {
            store(draft, index, *milliseconds_of(value));
        });
}

Parameter one_of(std::string name, Indices indices, std::vector<std::string> values,
                 StoreNumber store) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.indices = indices;
    parameter.permitted = fmt::format("one of {}", fmt::join(values, ", "));
    parameter.set = [values = std::move(values), store = std::move(store)](
                        Draft& draft, Index index, std::string_view value) {
        const auto found = std::ranges::find(values, value);
        if (found == values.end()) return false;
        store(draft, index, static_cast<std::uint32_t>(found - values.begin()));
        return true;
    };
    return parameter;
}

Parameter alias(std::string name, Indices indices, std::string documented) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.indices = indices;
    parameter.documented = std::move(documented);
    return parameter;
}

}  // namespace twinline::config
