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

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_plain(std::string_view value) {
    return std::ranges::none_of(value, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

bool is_sip_user(std::string_view value) {
    constexpr std::string_view marks = "-_.!~*'()&=+$,;?/%";
    return std::ranges::all_of(value, [&](char c) {
        return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '_';
    });
}

// What ends in a number is an address or a mistake (RFC 3696 section 2).
bool is_host(std::string_view value) {
    if (value.size() > longest_host) return false;
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
    return {
        std::move(name), indices, std::move(permitted), false,
        [check, store = std::move(store)](Draft& draft, unsigned index, std::string_view value) {
            if (!check(value)) return false;
            store(draft, index, value);
            return true;
        }};
}

}  // namespace

Account& Draft::account(unsigned index) {
    auto& account = accounts[index];
    account.index = index;
    if (account.servers.empty()) account.servers.emplace_back();
    return account;
}

std::string Parameter::name_with(unsigned index) const {
    auto result = name;
    if (indices.high > 0) result.replace(result.find('X'), 1, std::to_string(index));
    return result;
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

Parameter host(std::string name, Indices indices, StoreText store) {
    return checked_text(
        std::move(name), indices,
        fmt::format("a host name of at most {} characters or an address a.b.c.d", longest_host),
        is_host, std::move(store));
}

Parameter address(std::string name, Indices indices, StoreAddress store) {
    const auto is_address = [](std::string_view value) {
        return wire::parse_ipv4(value).has_value();
    };
    return checked_text(
        std::move(name), indices, "an address a.b.c.d", is_address,
        [store = std::move(store)](Draft& draft, unsigned index, std::string_view value) {
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
        [store = std::move(store)](Draft& draft, unsigned index, std::string_view value) {
            store(draft, index, *wire::parse_number(value));
        });
}

Parameter one_of(std::string name, Indices indices, std::vector<std::string> values,
                 StoreNumber store) {
    auto permitted = fmt::format("one of {}", fmt::join(values, ", "));
    return {std::move(name), indices, std::move(permitted), false,
            [values = std::move(values), store = std::move(store)](Draft& draft, unsigned index,
                                                                   std::string_view value) {
                const auto found = std::ranges::find(values, value);
                if (found == values.end()) return false;
                store(draft, index, static_cast<std::uint32_t>(found - values.begin()));
                return true;
            }};
}

}  // namespace twinline::config
