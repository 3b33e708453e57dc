// The manifest is read only after the seal was checked, and yet nothing in it is taken on trust: a
// name that leads outside is refused.
#include "reports/certificate.hh"

#include "reports/text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace twinline::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view format_name = "twinline-certificate-1";

std::chrono::year_month_day day_of(const std::string& text) {
    if (text.size() != 10) throw std::invalid_argument("\"" + text + "\" is no day");
    return {std::chrono::year(std::stoi(text.substr(0, 4))),
            std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5, 2)))),
            std::chrono::day(static_cast<unsigned>(std::stoi(text.substr(8, 2))))};
}

Json document(const Qualification& q) {
    return {{"scenarios", q.scenarios},
            {"not_passed", q.not_passed},
            {"mutants", q.mutants},
            {"survivors", q.survivors}};
}

Json document(const Waiver& w) {
    return {{"clause", w.clause},
            {"scenarios", w.scenarios},
            {"reason", w.reason},
            {"signer", w.signer},
            {"expires", day_text(w.expires)}};
}

bool stays_inside(const std::string& name) {
    const std::filesystem::path path(name);
    return name.starts_with(run_folder) && path.is_relative() && path == path.lexically_normal() &&
           std::ranges::none_of(path, [](const auto& part) { return part == ".." || part == "."; });
}

const std::string& inside(const std::string& name) {
    if (!stays_inside(name))
        throw std::invalid_argument("\"" + name + "\" is no name of a file of a certificate");
    return name;
}

template <typename Value>
Value value_of(const Json& json, const char* name) {
    return json.at(name).get<Value>();
}

CertifiedAttempt attempt_from(const Json& json) {
    CertifiedAttempt attempt{inside(value_of<std::string>(json, "folder")),
                             value_of<std::string>(json, "scenario"), judge::Verdict::none,
                             value_of<std::string>(json, "reason"),
                             value_of<bool>(json, "recorded")};
    const auto verdict = value_of<std::string>(json, "verdict");
    if (!judge::parse(verdict, attempt.verdict))
        throw std::invalid_argument("unknown verdict \"" + verdict + "\"");
    return attempt;
}

Waiver waiver_from(const Json& json) {
    return {value_of<std::string>(json, "clause"), value_of<std::string>(json, "scenarios"),
            value_of<std::string>(json, "reason"), value_of<std::string>(json, "signer"),
            day_of(value_of<std::string>(json, "expires"))};
}

Certificate read(const Json& json) {
    if (value_of<std::string>(json, "format") != format_name)
        throw std::invalid_argument("its format is \"" + value_of<std::string>(json, "format") +
                                    "\"; known is " + std::string(format_name));
    Certificate c;
    c.made = value_of<std::string>(json, "made");
    c.tool_version = value_of<std::string>(json, "tool_version");
    c.key = value_of<std::string>(json, "key");
    c.run = json.at("run").dump();
    c.strict = value_of<bool>(json, "strict");
    for (const auto& attempt : json.at("attempts")) c.attempts.push_back(attempt_from(attempt));
    for (const auto& clause : json.at("clauses")) {
        auto& verdict = c.clauses[value_of<std::string>(clause, "id")];
        verdict.scenarios = value_of<std::vector<std::string>>(clause, "scenarios");
        for (const auto weight : {judge::Weight::observation, judge::Weight::deviation,
                                  judge::Weight::fail, judge::Weight::ok})
            if (judge::word_of(weight) == value_of<std::string>(clause, "verdict"))
                verdict.worst = weight;
    }
    c.readings = value_of<decltype(c.readings)>(json, "readings");
    c.conflict = value_of<std::string>(json, "conflict");
    c.external = value_of<std::vector<std::string>>(json, "external");
    const auto& q = json.at("qualification");
    c.qualification = {
        value_of<std::size_t>(q, "scenarios"), value_of<std::vector<std::string>>(q, "not_passed"),
        value_of<std::size_t>(q, "mutants"), value_of<std::vector<std::string>>(q, "survivors")};
    for (const auto& waiver : json.at("waivers")) c.waivers.push_back(waiver_from(waiver));
    for (const auto& file : json.at("files"))
        c.files.push_back({inside(value_of<std::string>(file, "name")),
                           value_of<std::uint64_t>(file, "size"),
                           value_of<std::string>(file, "sha256")});
    return c;
}

std::string listed(const std::vector<std::string>& names) {
    return names.empty() ? "" : fmt::format(" ({})", fmt::join(names, ", "));
}

}  // namespace

std::string to_json(const Certificate& c) {
    Json attempts = Json::array();
    for (const auto& attempt : c.attempts)
        attempts.push_back({{"folder", attempt.folder},
                            {"scenario", attempt.scenario},
                            {"verdict", judge::to_string(attempt.verdict)},
                            {"reason", attempt.reason},
                            {"recorded", attempt.recorded}});
    Json clauses = Json::array();
    for (const auto& [id, verdict] : c.clauses)
        clauses.push_back({{"id", id},
                           {"level", scenario::to_string(verdict.level)},
                           {"verdict", judge::word_of(verdict.worst)},
                           {"scenarios", verdict.scenarios}});
    Json waivers = Json::array();
    for (const auto& waiver : c.waivers) waivers.push_back(document(waiver));
    Json files = Json::array();
    for (const auto& file : c.files)
        files.push_back({{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
    return Json{{"format", format_name},
                {"made", c.made},
                {"tool_version", c.tool_version},
                {"key", c.key},
                {"run", Json::parse(c.run)},
                {"strict", c.strict},
                {"attempts", attempts},
                {"clauses", clauses},
                {"readings", c.readings},
                {"conflict", c.conflict},
                {"external", c.external},
                {"qualification", document(c.qualification)},
                {"waivers", waivers},
                {"files", files}}
               .dump(1, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

tl::expected<Certificate, std::string> certificate_from_json(std::string_view text) {
    try {
        return read(Json::parse(text));
    } catch (const Json::exception& error) {
        return tl::unexpected(std::string(error.what()));
    } catch (const std::invalid_argument& error) {
        return tl::unexpected(std::string(error.what()));
    }
}

std::string to_text(const Certificate& c, std::chrono::year_month_day today) {
    const auto run = Json::parse(c.run);
    const auto fact = [&run](const char* name) {
        return run.is_object() && run.contains(name) && run[name].is_string()
                   ? plain(run[name].get<std::string>())
                   : std::string("?");
    };
    auto out = fmt::format("device         {}  {}\nrun            {}, signed {} with key {}\n",
                           fact("device"), fact("title"), fact("started"), plain(c.made), c.key);
    std::map<judge::Verdict, std::size_t> tally;
    for (const auto& attempt : c.attempts) ++tally[attempt.verdict];
    std::vector<std::string> counts;
    for (const auto& [verdict, count] : tally)
        counts.push_back(fmt::format("{} {}", count, judge::to_string(verdict)));
    out += fmt::format("verdicts       {}{}\n", fmt::join(counts, ", "),
                       c.strict ? "; strict: a deviation counts as a fail" : "");
    std::map<std::string_view, std::size_t> by_word;
    for (const auto& [id, verdict] : c.clauses) ++by_word[judge::word_of(verdict.worst)];
    counts.clear();
    for (const auto& [word, count] : by_word) counts.push_back(fmt::format("{} {}", count, word));
    out += fmt::format("clauses        {}\n", fmt::join(counts, ", "));
    if (!c.conflict.empty()) out += fmt::format("open questions {}\n", plain(c.conflict));
    const auto& q = c.qualification;
    out += fmt::format(
        "rig            twinline {}; the reference passes {} of {} scenarios{}; {} of {} broken "
        "phones are caught{}\n",
        plain(c.tool_version), q.scenarios - q.not_passed.size(), q.scenarios, listed(q.not_passed),
        q.mutants - q.survivors.size(), q.mutants, listed(q.survivors));
    if (!c.external.empty()) out += fmt::format("other sources  {}\n", fmt::join(c.external, ", "));
    for (const auto& waiver : c.waivers)
        out += fmt::format("waiver         {} {}\n", plain(waiver.clause),
                           plain(to_text(waiver, today)));
    return out;
}

}  // namespace twinline::reports
