// Clauses and readings: what the documents say, and what they leave open.
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/yaml_reader.hh"

#include <algorithm>
#include <limits>

namespace twinline::scenario {

namespace {

// Ids are unique in one file; load_catalogue checks the files against one another.
template <typename Item>
void add_once(std::vector<Item>& items, Item item, const Map& map, std::string_view what) {
    bool twice =
        !item.id.empty() && std::any_of(items.begin(), items.end(),
                                        [&](const Item& former) { return former.id == item.id; });
    if (twice) {
        map.faults().add(*map.find("id"), std::string(what) + " \"" + item.id +
                                              "\" is there twice; allowed is each id once");
    }
    items.push_back(std::move(item));
}

Level level_of(std::string_view word) {
    if (word == "should") return Level::should;
    return word == "observed" ? Level::observed : Level::must;
}

DocumentedParameter load_parameter(const YAML::Node& node, Faults& faults) {
    constexpr unsigned any = std::numeric_limits<unsigned>::max();
    Map map(node, faults, "parameter", {"name", "default", "min", "max", "length"});
    DocumentedParameter parameter;
    parameter.name = map.text("name");
    parameter.min = map.number("min", 0, any);
    parameter.max = map.number("max", parameter.min.value_or(0), any);
    parameter.fallback =
        map.number("default", parameter.min.value_or(0), parameter.max.value_or(any));
    parameter.length = map.number("length", 1, any);
    return parameter;
}

Clause load_clause(const Map& map, const std::string& document) {
    Clause clause;
    clause.place = map.place();
    clause.id = map.text("id");
    std::string source = document.empty() ? map.text("document") : map.text("document", document);
    clause.document = source + " " + map.text("section");
    clause.level = level_of(map.word("level", {"must", "should", "observed"}));
    clause.kind = map.word("kind", {"behaviour", "parameter", "limitation", "example"});
    clause.statement = map.text("statement");
    clause.argued = map.text("argued", "");
    clause.readings = map.texts("readings");
    if (std::optional<YAML::Node> parameter = map.find("parameter")) {
        clause.parameter = load_parameter(*parameter, map.faults());
        if (clause.kind != "parameter") {
            map.faults().add(*parameter, "parameter in a clause of kind " + clause.kind +
                                             "; allowed is kind parameter");
        }
    }
    return clause;
}

void load_values(const Map& map, Reading& reading) {
    std::optional<YAML::Node> values = map.require("values");
    if (!values) return;
    Words names;
    for (const YAML::Node& node : read_items(*values, map.faults(), "values")) {
        Map value(node, map.faults(), "a value", {"value", "meaning"});
        reading.values.push_back({value.text("value"), value.text("meaning")});
    }
    if (reading.values.size() < 2 && values->IsSequence()) {
        map.faults().add(*values, "a reading with " + std::to_string(reading.values.size()) +
                                      " values; allowed are two or more, or nothing is open");
    }
    for (const ReadingValue& value : reading.values) names.push_back(value.value);
    reading.fallback = map.word("default", names);
}

}  // namespace

std::vector<Clause> load_clauses(const std::filesystem::path& file) {
    Document document(file);
    Map top(document.root, document.faults, "a clause file", {"document", "clauses"});
    std::string source = top.text("document", "");
    std::vector<Clause> clauses;
    if (std::optional<YAML::Node> list = top.require("clauses")) {
        for (const YAML::Node& node : read_items(*list, document.faults, "clauses")) {
            Map map(node, document.faults, "a clause",
                    {"id", "document", "section", "level", "kind", "statement", "argued",
                     "readings", "parameter"});
            add_once(clauses, load_clause(map, source), map, "clause");
        }
    }
    document.faults.check();
    return clauses;
}

std::vector<Reading> load_readings(const std::filesystem::path& file) {
    Document document(file);
    Map top(document.root, document.faults, "a reading file", {"readings"});
    std::vector<Reading> readings;
    if (std::optional<YAML::Node> list = top.require("readings")) {
        for (const YAML::Node& node : read_items(*list, document.faults, "readings")) {
            Map map(node, document.faults, "a reading",
                    {"id", "question", "values", "default", "why", "clauses"});
            Reading reading;
            reading.place = map.place();
            reading.id = map.text("id");
            reading.question = map.text("question");
            load_values(map, reading);
            reading.why = map.text("why");
            reading.clauses = map.texts("clauses");
            add_once(readings, std::move(reading), map, "reading");
        }
    }
    document.faults.check();
    return readings;
}

}  // namespace twinline::scenario
