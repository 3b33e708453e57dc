// Values are put into the text before it is read, so that they can stand anywhere; lines stay where
// they are, and so do the places of faults.
#include "rig/scenario/sweep.hh"

#include "rig/scenario/file_checks.hh"
#include "rig/scenario/units.hh"

#include <algorithm>
#include <map>
#include <set>

namespace twinline::scenario {

namespace {

constexpr std::size_t most_variants = 64;
constexpr unsigned most_value = 1'000'000;

using Values = std::map<std::string, std::string, std::less<>>;

// A value becomes part of an id, and so of file names and of words of a selection.
bool is_value(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    });
}

// A reference in another text: "${count}"; empty when the text is none.
std::string_view referred(std::string_view text) {
    text = trim(text);
    if (!text.starts_with("${") || !text.ends_with('}')) return {};
    return trim(text.substr(2, text.size() - 3));
}

// The parameters of a scenario's configuration as its text sets them, of each the last.
Values parameters_of(std::string_view config) {
    Values values;
    while (!config.empty()) {
        const auto line = config.substr(0, config.find('\n'));
        config.remove_prefix(std::min(line.size() + 1, config.size()));
        const auto sign = line.find('=');
        if (sign == line.npos || trim(line).starts_with('#')) continue;
        values.insert_or_assign(std::string(trim(line.substr(0, sign))),
                                std::string(trim(line.substr(sign + 1))));
    }
    return values;
}

class Sweep {
  public:
    explicit Sweep(Document& document) : document_(document) {}

    std::vector<Variant> run() {
        if (document_.root.IsMap() && document_.root["sweep"]) load(document_.root["sweep"]);
        if (document_.root.IsMap() && document_.root["config"] &&
            document_.root["config"].IsScalar())
            parameters_ = parameters_of(document_.root["config"].Scalar());
        std::vector<Variant> variants;
        if (document_.faults.empty()) make(variants, {}, 0);
        for (const auto& [name, values] : names_) {
            // In a stored variant the one value is in its places already.
            if (variants.empty() || values.size() == 1 || used_.contains(name)) continue;
            document_.faults.add(document_.root["sweep"],
                                 "nothing uses ${" + name + "}; allowed are names that are used");
        }
        document_.faults.check();
        return variants;
    }

  private:
    void load(const YAML::Node& node) {
        auto& faults = document_.faults;
        line_ = faults.place(node).line;
        std::size_t product = 1;
        for (const auto& [name, list] : read_pairs(node, faults, "sweep")) {
            if (!is_name(name))
                faults.add(list, "sweep of \"" + name +
                                     "\", which is no name; allowed are a-z, 0-9 and hyphens");
            auto values = read_texts(list, faults, "sweep of " + name);
            for (auto value = values.begin(); value != values.end(); ++value) {
                if (!is_value(*value))
                    faults.add(list, "sweep of " + name + ": \"" + *value +
                                         "\" cannot be part of an id; allowed are letters, "
                                         "digits, point, hyphen and underline");
                if (std::find(values.begin(), value, *value) != value)
                    faults.add(list, "sweep of " + name + " holds \"" + *value +
                                         "\" twice; allowed is each value once");
            }
            if (list.IsSequence() && list.size() == 0)
                faults.add(list, "sweep of " + name + " is empty; allowed is at least one value");
            product *= std::max<std::size_t>(values.size(), 1);
            if (product > most_variants) {
                faults.add(node, "the sweep makes more than " + std::to_string(most_variants) +
                                     " scenarios; allowed are up to that many");
                break;
            }
            names_.emplace_back(name, std::move(values));
        }
        const auto text = line_text();
        if (!text.starts_with("sweep:") || std::count(text.begin(), text.end(), '{') != 1 ||
            std::count(text.begin(), text.end(), '}') != 1)
            faults.add(node, "the sweep is not on one line; allowed is sweep: {name: [a, b]}");
    }

    std::string_view line_text() const {
        std::string_view rest = document_.text;
        for (unsigned line = 1; line < line_; ++line) rest.remove_prefix(rest.find('\n') + 1);
        return rest.substr(0, rest.find('\n'));
    }

    void make(std::vector<Variant>& variants, const Values& chosen, std::size_t next) {
        if (next == names_.size()) {
            variants.push_back({suffix(chosen), fill(chosen)});
            return;
        }
        const auto& [name, values] = names_[next];
        for (const auto& value : values) {
            auto more = chosen;
            more[name] = value;
            make(variants, more, next + 1);
        }
    }

    std::string suffix(const Values& chosen) const {
        std::string text;
        for (const auto& [name, values] : names_)
            text += "/" + name + "-" + chosen.find(name)->second;
        return text;
    }

    std::string one_line(const Values& chosen) const {
        std::string text;
        for (const auto& [name, values] : names_)
            text += (text.empty() ? "" : ", ") + name + ": [" + chosen.find(name)->second + "]";
        return "sweep: {" + text + "}";
    }

    std::string fill(const Values& chosen) {
        std::string out;
        std::string_view rest = document_.text;
        for (unsigned line = 1; !rest.empty(); ++line) {
            const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
            const auto text = rest.substr(0, end);
            rest.remove_prefix(end);
            out += line == line_ ? one_line(chosen) + "\n" : fill_line(text, line, chosen);
        }
        return out;
    }

    std::string fill_line(std::string_view text, unsigned line, const Values& chosen) {
        std::string out;
        for (auto at = text.find("${"); at != text.npos; at = text.find("${")) {
            const auto end = std::min(text.find('}', at), text.size());
            const auto expression = text.substr(at + 2, end - at - 2);
            out += text.substr(0, at);
            const auto value = evaluate(trim(expression), chosen);
            if (value) {
                out += *value;
                used_.insert(std::string(trim(expression.substr(0, expression.find(' ')))));
            } else {
                refuse(expression, line);
            }
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return out + std::string(text);
    }

    // The value of a name of the sweep, or of a parameter that holds a number.
    std::optional<std::string> value_of(std::string_view name, const Values& chosen) const {
        if (const auto value = chosen.find(name); value != chosen.end()) return value->second;
        const auto parameter = parameters_.find(name);
        if (parameter == parameters_.end()) return std::nullopt;
        const auto inner = referred(parameter->second);
        // A parameter that refers to another one is left alone: they might form a ring.
        if (chosen.contains(trim(inner.substr(0, inner.find(' '))))) return evaluate(inner, chosen);
        if (!parse_number(parameter->second, 0, most_value)) return std::nullopt;
        return parameter->second;
    }

    // Of "count", "count + 1" or "count - 1"; nothing when there is none.
    std::optional<std::string> evaluate(std::string_view expression, const Values& chosen) const {
        const auto sign = expression.find_first_of(" ");
        const auto value = value_of(trim(expression.substr(0, sign)), chosen);
        if (!value || sign == expression.npos) return value;
        const auto rest = trim(expression.substr(sign));
        if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) return std::nullopt;
        const auto left = parse_number(*value, 0, most_value);
        const auto right = parse_number(trim(rest.substr(1)), 0, most_value);
        if (!left || !right || (rest.front() == '-' && *right > *left)) return std::nullopt;
        return std::to_string(rest.front() == '+' ? *left + *right : *left - *right);
    }

    // Once, not for each variant.
    void refuse(std::string_view expression, unsigned line) {
        if (!refused_.emplace(line, expression).second) return;
        Words allowed;
        for (const auto& [name, values] : names_) allowed.push_back(name);
        for (const auto& [name, value] : parameters_)
            if (parse_number(value, 0, most_value)) allowed.push_back(name);
        document_.faults.add(Place{document_.faults.place(document_.root).file, line},
                             "\"${" + std::string(expression) + "}\" has no value" +
                                 allowed_instead(expression, allowed));
    }

    Document& document_;
    unsigned line_ = 0;  // of the sweep; 0 without one
    std::vector<std::pair<std::string, std::vector<std::string>>> names_;
    Values parameters_;  // of the configuration, before the sweep
    std::set<std::string, std::less<>> used_;
    std::set<std::pair<unsigned, std::string>> refused_;
};

}  // namespace

std::vector<Variant> variants_of(Document& document) { return Sweep(document).run(); }

}  // namespace twinline::scenario
