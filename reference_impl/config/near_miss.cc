// Edit distance with transpositions (optimal string alignment), bounded by the length of the
// parameter's last word.
#include "reference_impl/config/near_miss.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>
#include <utility>

namespace twinline::config {

namespace {

// Or, where it is more than `limit`, any number above that: only cells so near the diagonal count.
std::size_t distance(std::string_view left, std::string_view right, std::size_t limit) {
    const auto far = limit + 1;
    std::vector<std::size_t> before, former, row(right.size() + 1, far);
    for (std::size_t j = 0; j <= std::min(limit, right.size()); ++j) row[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        before = std::exchange(former, row);
        std::ranges::fill(row, far);
        if (i <= limit) row[0] = i;
        const auto first = i > limit ? i - limit : 1;
        for (auto j = first; j <= std::min(right.size(), i + limit); ++j) {
            const std::size_t cost = left[i - 1] == right[j - 1] ? 0 : 1;
            row[j] = std::min({former[j] + 1, row[j - 1] + 1, former[j - 1] + cost, far});
            const bool swapped =
                i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

// Digits become one each, so that account.16.x and account.1.x compare alike.
std::string without_digits(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit || result.empty() || result.back() != '0') result += digit ? '0' : c;
    }
    return result;
}

// The first two numbers; 1 for each that is missing.
Index index_in(std::string_view key) {
    constexpr std::string_view digits = "0123456789";
    std::vector<unsigned> numbers;
    for (auto start = key.find_first_of(digits); start != std::string_view::npos;) {
        const auto end = std::min(key.find_first_not_of(digits, start), key.size());
        if (const auto number = wire::parse_number(key.substr(start, end - start)))
            numbers.push_back(*number);
        start = key.find_first_of(digits, end);
    }
    numbers.resize(std::max<std::size_t>(2, numbers.size()), 1);
    return {numbers[0], numbers[1]};
}

}  // namespace

std::string near_miss(const std::vector<Parameter>& table, std::string_view key) {
    const auto written = wire::lower_case(key);
    const auto index = index_in(written);
    std::string best;
    std::size_t best_distance = key.size();
    for (const auto& parameter : table) {
        if (parameter.external) continue;
        const auto name = parameter.name_with(index);
        const auto word = name.size() - (name.find_last_of(". /") + 1);
        const auto limit = std::max<std::size_t>(1, word / 4);
        const auto length_gap =
            std::max(name.size(), written.size()) - std::min(name.size(), written.size());
        if (length_gap > limit) continue;
        const auto found = distance(written, name, limit);
        if (found > limit || found >= best_distance) continue;
        // sip.t3_ms is another parameter, not a slip of the pen.
        const bool number_only = found > 0 && without_digits(written) == without_digits(name);
        if (!number_only) {
            best = parameter.documented_with(index);
            best_distance = found;
        }
    }
    return best;
}

}  // namespace twinline::config
