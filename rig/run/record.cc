// The files are the author's own texts, so that a stored record is read by the same loaders.
#include "rig/run/record.hh"

#include "rig/scenario/record_files.hh"
#include "rig/scenario/sha256.hh"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace twinline::run {

namespace {

namespace record = scenario::record;

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw std::runtime_error("read " + file.string() + " failed");
    return text.str();
}

void write_file(const std::filesystem::path& file, std::string_view text) {
    std::ofstream out(file, std::ios::binary);
    out << text << std::flush;
    if (!out) throw std::runtime_error("write " + file.string() + " failed");
}

std::string without_secrets(std::string text, const scenario::Topology& topology) {
    unsigned number = 0;
    for (const auto& user : topology.users) {
        if (user.password.empty()) continue;
        const auto placeholder = fmt::format("removed-{}", ++number);
        for (auto at = text.find(user.password); at != std::string::npos;
             at = text.find(user.password, at + placeholder.size()))
            text.replace(at, user.password.size(), placeholder);
    }
    return text;
}

void put(YAML::Emitter& out, const scenario::DocumentedParameter& parameter) {
    out << YAML::Flow << YAML::BeginMap << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted
        << parameter.name;
    const auto number = [&out](const char* name, std::optional<unsigned> value) {
        if (value) out << YAML::Key << name << YAML::Value << *value;
    };
    number("default", parameter.fallback);
    number("min", parameter.min);
    number("max", parameter.max);
    number("length", parameter.length);
    out << YAML::EndMap;
}

std::string clauses_as_yaml(const scenario::Catalogue& catalogue) {
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "clauses" << YAML::Value << YAML::BeginSeq;
    for (const auto& [id, clause] : catalogue.clauses) {
        const auto split = clause.document.rfind(' ');  // the loader joins document and section
        out << YAML::BeginMap << YAML::Key << "id" << YAML::Value << id << YAML::Key << "document"
            << YAML::Value << clause.document.substr(0, split) << YAML::Key << "section"
            << YAML::Value << YAML::DoubleQuoted
            << (split == std::string::npos ? "" : clause.document.substr(split + 1)) << YAML::Key
            << "level" << YAML::Value << std::string(to_string(clause.level)) << YAML::Key << "kind"
            << YAML::Value << clause.kind << YAML::Key << "statement" << YAML::Value
            << YAML::DoubleQuoted << clause.statement;
        if (!clause.argued.empty())
            out << YAML::Key << "argued" << YAML::Value << YAML::DoubleQuoted << clause.argued;
        if (!clause.readings.empty())
            out << YAML::Key << "readings" << YAML::Value << YAML::Flow << clause.readings;
        if (clause.parameter)
            put(out << YAML::Key << "parameter" << YAML::Value, *clause.parameter);
        out << YAML::EndMap;
    }
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

std::string readings_as_yaml(const scenario::Catalogue& catalogue) {
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "readings" << YAML::Value << YAML::BeginSeq;
    for (const auto& [id, reading] : catalogue.readings) {
        out << YAML::BeginMap << YAML::Key << "id" << YAML::Value << id << YAML::Key << "question"
            << YAML::Value << YAML::DoubleQuoted << reading.question << YAML::Key << "values"
            << YAML::Value << YAML::BeginSeq;
        for (const auto& value : reading.values)
            out << YAML::BeginMap << YAML::Key << "value" << YAML::Value << value.value << YAML::Key
                << "meaning" << YAML::Value << YAML::DoubleQuoted << value.meaning << YAML::EndMap;
        out << YAML::EndSeq << YAML::Key << "default" << YAML::Value << reading.fallback
            << YAML::Key << "why" << YAML::Value << YAML::DoubleQuoted << reading.why << YAML::Key
            << "clauses" << YAML::Value << YAML::Flow << reading.clauses << YAML::EndMap;
    }
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

}  // namespace

void complete_record(const std::filesystem::path& folder, const scenario::Scenario& scenario,
                     const scenario::Device& device, const scenario::Catalogue& catalogue) {
    const auto clean = [&](std::string text) {
        return without_secrets(std::move(text), scenario.topology);
    };
    write_file(folder / record::configuration, clean(scenario.config));
    write_file(folder / record::scenario_file, clean(scenario.text));
    write_file(folder / record::topology, clean(read_file(scenario.topology.place.file)));
    write_file(folder / record::device, clean(read_file(device.place.file)));
    write_file(folder / record::clauses, clauses_as_yaml(catalogue));
    write_file(folder / record::readings, readings_as_yaml(catalogue));
    std::string sums;
    for (const auto name : record::hashed)
        sums += fmt::format("{}  {}\n", scenario::sha256(folder / name), name);
    write_file(folder / record::sums, sums);
}

}  // namespace twinline::run
