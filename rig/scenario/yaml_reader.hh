// A strict reader over yaml-cpp: it goes on after a fault, so that a file's author sees all of them
// at once, each with its line and what would have been allowed.
#pragma once

#include "rig/scenario/catalogue.hh"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::scenario {

using Words = std::vector<std::string_view>;

class Faults {
  public:
    explicit Faults(std::string file) : file_(std::move(file)) {}

    Place place(const YAML::Node& node) const;
    void add(const YAML::Node& node, std::string text) { add(place(node), std::move(text)); }
    void add(Place place, std::string text);
    void add(const std::vector<Fault>& faults);
    bool empty() const { return faults_.empty(); }
    void check();  // throws BadInput when there is a fault

  private:
    std::string file_;
    std::vector<Fault> faults_;
};

// One file, read and parsed. A file that cannot be opened throws std::system_error: that is no
// fault of its author.
struct Document {
    explicit Document(const std::filesystem::path& path);
    // `content` in place of what the file holds.
    Document(const std::filesystem::path& path, std::string content);

    Faults faults;
    std::string text;
    YAML::Node root;

    // The line on which the content of a scalar begins: for a block scalar the one after its "|".
    unsigned content_line(const YAML::Node& scalar) const;
};

// Text of a scalar that is not empty; a fault otherwise. `what` names it in the message.
std::optional<std::string> read_text(const YAML::Node& node, Faults& faults, std::string_view what);
// A sequence of such texts.
std::vector<std::string> read_texts(const YAML::Node& node, Faults& faults, std::string_view what);
std::optional<Duration> read_duration(const YAML::Node& node, Faults& faults,
                                      std::string_view what);
// The items of a sequence; a fault and no items if it is something else.
std::vector<YAML::Node> read_items(const YAML::Node& node, Faults& faults, std::string_view what);
// The pairs of a map with their keys; duplicates and empty values are faults and left out.
std::vector<std::pair<std::string, YAML::Node>> read_pairs(const YAML::Node& node, Faults& faults,
                                                           std::string_view what);

// "allowed are a, b, c", with ", did you mean ...?" before it when one of them is near.
std::string allowed_instead(std::string_view word, const Words& allowed);
// Adds a fault unless `word` is one of `allowed`: unknown WHAT "WORD"; allowed are ...
bool check_word(const YAML::Node& node, Faults& faults, std::string_view what,
                std::string_view word, const Words& allowed);

// A map with a fixed set of keys. Members that read a required key return an empty value after
// adding a fault.
class Map {
  public:
    Map(const YAML::Node& node, Faults& faults, std::string what, const Words& allowed);

    const YAML::Node& node() const { return node_; }
    Place place() const { return faults_->place(node_); }
    Faults& faults() const { return *faults_; }
    bool has(std::string_view key) const { return find(key).has_value(); }
    std::optional<YAML::Node> find(std::string_view key) const;
    std::optional<YAML::Node> require(std::string_view key) const;

    std::string text(std::string_view key) const;
    std::string text(std::string_view key, std::string_view fallback) const;
    std::string word(std::string_view key, const Words& allowed) const;
    std::string word(std::string_view key, const Words& allowed, std::string_view fallback) const;
    std::vector<std::string> texts(std::string_view key) const;  // none when the key is missing
    Duration duration(std::string_view key) const;
    Duration duration(std::string_view key, Duration fallback) const;
    std::optional<unsigned> number(std::string_view key, unsigned least, unsigned most) const;

  private:
    bool holds(std::string_view key) const;  // also with an empty value

    YAML::Node node_;
    Faults* faults_;
    std::string what_;
    std::vector<std::pair<std::string, YAML::Node>> pairs_;
};

}  // namespace twinline::scenario
