// By the reader of the configuration itself.
#include "reference_impl/mutants/written.hh"

#include "reference_impl/config/assignments.hh"

namespace twinline::mutants {

std::optional<std::string> written(const config::PhoneConfig& config, unsigned account,
                                   std::string_view parameter) {
    const auto name = "account." + std::to_string(account) + "." + std::string(parameter);
    std::vector<config::Notice> ignored;
    std::optional<std::string> value;
    for (const auto& assignment : config::read_key_values("", config.text, ignored))
        if (assignment.key == name && !assignment.value.empty()) value = assignment.value;
    return value;
}

}  // namespace twinline::mutants
