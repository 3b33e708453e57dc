// Texts of a configuration are not known by their keys: one that can be another is another, and one
// that cannot is a word of its vendor.
#include "rig/field/anonymise.hh"

#include "rig/field/draft.hh"
#include "rig/field/reproduce.hh"
#include "rig/scenario/file_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace twinline::field {

namespace {

using scenario::Scenario;

bool is_all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What the scenario knows to be a name, a number or an address.
class Aliases {
  public:
    explicit Aliases(const Scenario& scenario) : scenario_(scenario) {
        addresses();
        domain();
        people();
    }

    const Replacements& all() const { return all_; }

  private:
    void put(const std::string& was, std::string is) {
        if (!was.empty()) all_.emplace(was, std::move(is));
    }

    void addresses() {
        std::set<std::string> taken;
        for (const auto& host : scenario_.topology.hosts) taken.insert(host.address);
        unsigned next = 31;
        const auto free = [&] {
            auto address = fmt::format("192.0.2.{}", next++);
            while (taken.contains(address)) address = fmt::format("192.0.2.{}", next++);
            return address;
        };
        for (const auto& host : scenario_.topology.hosts) put(host.address, free());
        std::string texts = scenario_.topology.zone + scenario_.config;
        for (const auto& [name, zone] : scenario_.topology.zones) texts += zone;
        for (const auto& word : words_of(texts))
            if (scenario::is_dotted_address(word) && word != "0.0.0.0") put(word, free());
    }

    static std::set<std::string> words_of(const std::string& text) {
        std::set<std::string> words;
        std::string word;
        for (const char c : text + ' ') {
            const bool part = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
            if (part) {
                word += c;
                continue;
            }
            if (!word.empty()) words.insert(word);
            word.clear();
        }
        return words;
    }

    // Every name of the zones, label by label: what is above the domain's first label stays apart
    // from it, services (_sip._udp) are what they are.
    void domain() {
        unsigned number = 0;
        std::set<std::string> names{scenario_.topology.domain};
        const auto gather = [&](const std::string& zone) {
            for (const auto& word : words_of(zone))
                if (word.find('.') != word.npos && !scenario::is_dotted_address(word))
                    names.insert(word.ends_with('.') ? word.substr(0, word.size() - 1) : word);
        };
        gather(scenario_.topology.zone);
        for (const auto& [name, zone] : scenario_.topology.zones) gather(zone);
        put(scenario_.topology.domain, "voice.example");
        for (auto name : names) {
            while (name.starts_with('_') && name.find('.') != name.npos)
                name.erase(0, name.find('.') + 1);
            if (name.find('.') == name.npos || all_.contains(name)) continue;
            const bool below = name.ends_with('.' + scenario_.topology.domain);
            put(name,
                fmt::format("host-{}.{}", ++number, below ? "voice.example" : "other.example"));
        }
    }

    // A number stays one, for a phone may dial it.
    void people() {
        unsigned number = 0;
        for (const auto& user : scenario_.topology.users) {
            ++number;
            put(user.name, fmt::format("{}", 7000 + number));
            put(user.login, fmt::format("login-{}", number));
            put(user.password, fmt::format("secret-{}", number));
        }
        if (!scenario_.topology.callee.empty()) put(scenario_.topology.callee, "7900");
        for (const auto& account : shadow::configuration_of(scenario_).config.accounts)
            if (!account.display_name.empty())
                put(account.display_name, fmt::format("Phone {}", ++number));
    }

    const Scenario& scenario_;
    Replacements all_;
};

struct Value {
    std::size_t begin = 0, size = 0;
};

// Behind "=" or ":".
Value value_of(std::string_view line) {
    const auto equals = line.find('='), colon = line.find(':');
    const auto at = std::min(equals, colon);
    if (at == line.npos || line.starts_with("#!version")) return {};
    const auto begin = line.find_first_not_of(" \t", at + 1);
    return begin == line.npos ? Value{} : Value{begin, line.size() - begin};
}

bool is_ours(std::string_view value, const Replacements& aliases) {
    return std::ranges::any_of(aliases, [&](const auto& entry) { return entry.second == value; });
}

std::vector<std::string> config_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// What was recorded has the owner's own words: only the reference can be asked then.
bool stands(const Scenario& scenario, const Showing& showing) {
    return showing.is_recorded() ? showing.passes(scenario) : showing.shows(scenario, 1);
}

// What is left of the owner's own texts: labels, paths, long numbers.
Scenario without_texts(Scenario scenario, const Replacements& aliases, const Showing& showing) {
    constexpr std::size_t digits_of_a_quantity = 5;
    unsigned number = 0;
    const auto count = config_lines(scenario.config).size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto line = config_lines(scenario.config)[i];
        const auto value = value_of(line);
        const auto text = line.substr(value.begin, value.size);
        const bool is_quantity = is_all_digits(text) && text.size() <= digits_of_a_quantity;
        if (value.size == 0 || is_quantity || is_ours(text, aliases)) continue;
        auto candidate = scenario;
        replace_all(candidate, {{text, is_all_digits(text) ? fmt::format("{}", 7100 + ++number)
                                                           : fmt::format("text-{}", ++number)}});
        if (stands(candidate, showing)) scenario = std::move(candidate);
    }
    return scenario;
}

}  // namespace

Scenario anonymised(const Scenario& scenario, const Showing& showing) {
    const Aliases aliases(scenario);
    auto result = scenario;
    replace_all(result, aliases.all());
    if (!stands(result, showing)) throw CannotReproduce("with other names it no longer shows");
    return without_texts(std::move(result), aliases.all(), showing);
}

}  // namespace twinline::field
