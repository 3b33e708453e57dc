// A map with a fixed set of keys: unknown keys are found when it is made, missing and mistyped ones
// when they are read.
#include "rig/scenario/units.hh"
#include "rig/scenario/yaml_reader.hh"

#include <algorithm>

namespace twinline::scenario {

Map::Map(const YAML::Node& node, Faults& faults, std::string what, const Words& allowed)
    : node_(node),
      faults_(&faults),
      what_(std::move(what)),
      pairs_(read_pairs(node, faults, what_)) {
    for (const auto& [key, value] : pairs_) {
        check_word(value, faults, "key in " + what_, key, allowed);
    }
}

std::optional<YAML::Node> Map::find(std::string_view key) const {
    for (const auto& [name, value] : pairs_) {
        if (name == key) return value;
    }
    return std::nullopt;
}

std::optional<YAML::Node> Map::require(std::string_view key) const {
    std::optional<YAML::Node> value = find(key);
    if (!value && node_.IsMap() && !holds(key)) {
        faults_->add(node_,
                     what_ + " lacks the key \"" + std::string(key) + "\", which is required");
    }
    return value;
}

bool Map::holds(std::string_view key) const {
    return std::any_of(node_.begin(), node_.end(), [&](const auto& pair) {
        return pair.first.IsScalar() && pair.first.Scalar() == key;
    });
}

std::string Map::text(std::string_view key) const {
    std::optional<YAML::Node> value = require(key);
    return value ? read_text(*value, *faults_, key).value_or("") : "";
}

std::string Map::text(std::string_view key, std::string_view fallback) const {
    return has(key) ? text(key) : std::string(fallback);
}

std::string Map::word(std::string_view key, const Words& allowed) const {
    std::string value = text(key);
    if (!value.empty() && !check_word(*find(key), *faults_, key, value, allowed)) return "";
    return value;
}

std::string Map::word(std::string_view key, const Words& allowed, std::string_view fallback) const {
    return has(key) ? word(key, allowed) : std::string(fallback);
}

std::vector<std::string> Map::texts(std::string_view key) const {
    std::optional<YAML::Node> value = find(key);
    return value ? read_texts(*value, *faults_, key) : std::vector<std::string>{};
}

Duration Map::duration(std::string_view key) const {
    std::optional<YAML::Node> value = require(key);
    return value ? read_duration(*value, *faults_, key).value_or(Duration{}) : Duration{};
}

Duration Map::duration(std::string_view key, Duration fallback) const {
    return has(key) ? duration(key) : fallback;
}

std::optional<unsigned> Map::number(std::string_view key, unsigned least, unsigned most) const {
    std::optional<YAML::Node> value = find(key);
    std::optional<std::string> text = value ? read_text(*value, *faults_, key) : std::nullopt;
    if (!text) return std::nullopt;
    tl::expected<unsigned, std::string> number = parse_number(*text, least, most);
    if (number) return *number;
    faults_->add(*value, std::string(key) + " " + number.error());
    return std::nullopt;
}

}  // namespace twinline::scenario
