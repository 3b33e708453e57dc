// The cases are maps of sets already, which is how they stand in the file.
#include "reports/explanations.hh"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <utility>

namespace twinline::reports {

namespace {

using Cases = std::vector<judge::Case>;

nlohmann::json document(const Cases& cases) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& one : cases) {
        nlohmann::json answers = nlohmann::json::object();
        for (const auto& [question, values] : one) answers[question] = values;
        list.push_back(std::move(answers));
    }
    return list;
}

Cases read_cases(const nlohmann::json& list) {
    Cases cases;
    if (!list.is_array()) throw std::invalid_argument("an array is expected");
    for (const auto& item : list) {
        judge::Case one;
        for (const auto& [question, values] : item.items())
            for (const auto& value : values) one[question].insert(value.get<std::string>());
        cases.push_back(std::move(one));
    }
    return cases;
}

}  // namespace

std::string explanations_json(const judge::Assessment& assessment) {
    const nlohmann::json json{{"explanations", document(assessment.explanations)},
                              {"excluded", document(assessment.excluded)},
                              {"all", assessment.all_explanations}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool read_explanations(std::string_view text, judge::Assessment& assessment) {
    try {
        const auto json = nlohmann::json::parse(text);
        auto explanations = read_cases(json.at("explanations"));
        auto excluded = read_cases(json.at("excluded"));
        const bool all = json.at("all").get<bool>();
        assessment.all_explanations = all;
        assessment.explanations = std::move(explanations);
        assessment.excluded = std::move(excluded);
        return true;
    } catch (const nlohmann::json::exception&) {
        return false;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

}  // namespace twinline::reports
