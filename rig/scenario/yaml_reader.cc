// The strict reader: what yaml-cpp accepts but an author cannot have meant (a key twice, an unknown
// key, an empty value) is a fault here.
#include "rig/scenario/yaml_reader.hh"

#include "rig/scenario/units.hh"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <numeric>
#include <sstream>
#include <system_error>

namespace twinline::scenario {

namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        throw std::system_error(errno != 0 ? errno : EIO, std::generic_category(),
                                "open " + path.string());
    }
    return text;
}

// The number of letters to insert, drop, replace or swap with their neighbour, for suggestions.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before, former, row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before = std::exchange(former, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t replaced = former[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            row[j] = std::min({replaced, former[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
    }
    return row.back();
}

// Sees where documents begin, and of what is in them whether it is nothing.
class DocumentCounter : public YAML::EventHandler {
  public:
    // No more than two, and none behind an empty one: yaml-cpp's LoadAll finds empty documents
    // without end where a comma stands in place of one.
    static std::size_t count(const std::string& text) {
        constexpr std::size_t most = 2;
        std::istringstream in(text);
        YAML::Parser parser(in);
        DocumentCounter counter;
        while (counter.count_ < most && parser.HandleNextDocument(counter) && !counter.is_empty_)
            ++counter.count_;
        return counter.count_;
    }

  private:
    using Mark = YAML::Mark;
    using Style = YAML::EmitterStyle::value;
    using Anchor = YAML::anchor_t;
    void OnDocumentStart(const Mark&) override { is_empty_ = true; }
    void OnDocumentEnd() override {}
    void OnNull(const Mark&, Anchor) override {}
    void OnAlias(const Mark&, Anchor) override { is_empty_ = false; }
    void OnScalar(const Mark&, const std::string&, Anchor, const std::string&) override {
        is_empty_ = false;
    }
    void OnSequenceStart(const Mark&, const std::string&, Anchor, Style) override {
        is_empty_ = false;
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const Mark&, const std::string&, Anchor, Style) override { is_empty_ = false; }
    void OnMapEnd() override {}

    bool is_empty_ = false;
    std::size_t count_ = 0;
};

// Whether nothing can follow: a map in lines of their own from the first column on, as nearly every
// file is, ends only with the file or with the mark of another document. Counting takes as long as
// reading.
bool fills(const YAML::Node& root, std::string_view text) {
    return root.IsMap() && root.Style() == YAML::EmitterStyle::Block && root.Mark().column == 0 &&
           text.find("\n---") == text.npos && text.find("\n...") == text.npos;
}

Place at_mark(const std::string& file, const YAML::Mark& mark) {
    return {file, mark.is_null() ? 1U : static_cast<unsigned>(mark.line) + 1U};
}

}  // namespace

Place Faults::place(const YAML::Node& node) const { return at_mark(file_, node.Mark()); }

void Faults::add(Place place, std::string text) {
    faults_.push_back({std::move(place), std::move(text)});
}

void Faults::add(const std::vector<Fault>& faults) {
    faults_.insert(faults_.end(), faults.begin(), faults.end());
}

void Faults::check() {
    if (faults_.empty()) return;
    std::stable_sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
        return a.place.file == b.place.file && a.place.line < b.place.line;
    });
    throw BadInput(faults_);
}

Document::Document(const std::filesystem::path& path) : Document(path, read_file(path)) {}

Document::Document(const std::filesystem::path& path, std::string content)
    : faults(path.string()), text(std::move(content)) {
    try {
        root = YAML::Load(text);
        const std::size_t documents = fills(root, text) ? 1 : DocumentCounter::count(text);
        if (documents == 1) return;
        faults.add(Place{path.string(), 1}, std::string(documents == 0 ? "no" : "more than one") +
                                                " YAML document; allowed is one a file");
    } catch (const YAML::Exception& fault) {
        faults.add(at_mark(path.string(), fault.mark), "no YAML: " + fault.msg);
    }
    faults.check();
}

unsigned Document::content_line(const YAML::Node& scalar) const {
    auto at = static_cast<std::size_t>(std::max(scalar.Mark().pos, 0));
    bool block = at < text.size() && (text[at] == '|' || text[at] == '>');
    return static_cast<unsigned>(std::max(scalar.Mark().line, 0)) + (block ? 2U : 1U);
}

std::optional<std::string> read_text(const YAML::Node& node, Faults& faults,
                                     std::string_view what) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    bool empty = node.IsScalar() || node.IsNull();
    faults.add(node, std::string(what) + (empty ? " is empty" : " is a list or a map") +
                         "; allowed is a text or a number");
    return std::nullopt;
}

std::vector<YAML::Node> read_items(const YAML::Node& node, Faults& faults, std::string_view what) {
    if (!node.IsSequence()) {
        faults.add(node, std::string(what) + " is no list; allowed is a list, as in [a, b]");
        return {};
    }
    return {node.begin(), node.end()};
}

std::vector<std::string> read_texts(const YAML::Node& node, Faults& faults, std::string_view what) {
    std::vector<std::string> texts;
    for (const YAML::Node& item : read_items(node, faults, what)) {
        if (auto text = read_text(item, faults, "an item of " + std::string(what))) {
            texts.push_back(std::move(*text));
        }
    }
    return texts;
}

std::optional<Duration> read_duration(const YAML::Node& node, Faults& faults,
                                      std::string_view what) {
    std::optional<std::string> text = read_text(node, faults, what);
    if (!text) return std::nullopt;
    tl::expected<Duration, std::string> duration = parse_duration(*text);
    if (duration) return *duration;
    faults.add(node, std::string(what) + " " + duration.error());
    return std::nullopt;
}

std::vector<std::pair<std::string, YAML::Node>> read_pairs(const YAML::Node& node, Faults& faults,
                                                           std::string_view what) {
    std::vector<std::pair<std::string, YAML::Node>> pairs;
    if (!node.IsMap()) {
        faults.add(node, std::string(what) + " is no map; allowed is a map, as in {key: value}");
        return pairs;
    }
    for (const auto& pair : node) {
        std::optional<std::string> key = read_text(pair.first, faults, "a key");
        if (!key) continue;
        bool twice = std::any_of(pairs.begin(), pairs.end(),
                                 [&](const auto& former) { return former.first == *key; });
        if (twice) {
            faults.add(pair.first, "duplicate key " + in_quotes(*key) + " in " + std::string(what) +
                                       "; allowed is each key once");
        } else if (pair.second.IsNull()) {
            faults.add(pair.first, *key + " is empty; allowed is a value, or no such key");
        } else {
            pairs.emplace_back(std::move(*key), pair.second);
        }
    }
    return pairs;
}

std::string allowed_instead(std::string_view word, const Words& allowed) {
    std::string text;
    auto nearest = std::min_element(allowed.begin(), allowed.end(), [&](auto a, auto b) {
        return distance(word, a) < distance(word, b);
    });
    if (nearest != allowed.end() &&
        distance(word, *nearest) <= std::max<std::size_t>(1, word.size() / 3)) {
        text = ", did you mean " + in_quotes(*nearest) + "?";
    }
    text += allowed.empty() ? "; none is allowed here" : "; allowed are ";
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        if (i != 0) text += ", ";
        text += allowed[i];
    }
    return text;
}

bool check_word(const YAML::Node& node, Faults& faults, std::string_view what,
                std::string_view word, const Words& allowed) {
    if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) return true;
    faults.add(node, "unknown " + std::string(what) + " " + in_quotes(word) +
                         allowed_instead(word, allowed));
    return false;
}

}  // namespace twinline::scenario
