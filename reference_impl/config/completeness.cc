// Checks that need more than one parameter of a file.
#include "reference_impl/config/completeness.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::config {

namespace {

unsigned first_line_of(const Draft& draft, unsigned index) {
    const auto prefix = fmt::format("account.{}.", index);
    unsigned first = 0;
    for (const auto& [key, line] : draft.given) {
        if (key.starts_with(prefix) && (first == 0 || line < first)) first = line;
    }
    return first;
}

}  // namespace

void require(const Draft& draft, const Account& account,
             std::initializer_list<std::string_view> words, std::string_view file, Loaded& loaded) {
    if (!account.enabled) return;
    for (const auto word : words) {
        const auto key = fmt::format("account.{}.{}", account.index, word);
        if (draft.given.contains(key)) continue;
        loaded.errors.push_back({std::string(file), first_line_of(draft, account.index),
                                 fmt::format("{} is missing: required while account.{}.enable is 1",
                                             key, account.index)});
    }
}

void warn_without(const Draft& draft, const std::string& key, std::string_view other,
                  std::string_view file, Loaded& loaded) {
    const auto line = draft.given.find(key);
    if (line == draft.given.end()) return;
    loaded.warnings.push_back(
        {std::string(file), line->second, fmt::format("{} has no effect without {}", key, other)});
}

void complete(Loaded& loaded, PhoneConfig config) {
    loaded.config = std::move(config);
    std::ranges::stable_sort(loaded.errors, {}, &Notice::line);
    std::ranges::stable_sort(loaded.warnings, {}, &Notice::line);
}

}  // namespace twinline::config
