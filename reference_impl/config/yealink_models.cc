// The table of models, in the order of the number of their accounts.
#include "reference_impl/config/yealink_models.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

namespace twinline::config {

namespace {

struct Model {
    std::string_view name;
    unsigned accounts;        // YL-PAR-00
    unsigned first_firmware;  // YL-GEN-01
    unsigned file;            // the number in the name of its common file (YL-PROV-01)
};

constexpr std::array models{
    Model{"SIP-T58V", 16, 80, 58},   Model{"SIP-T58A", 16, 80, 58},
    Model{"SIP-T56A", 16, 80, 56},   Model{"SIP VP-T49G", 16, 80, 51},
    Model{"SIP-T54S", 16, 81, 70},   Model{"SIP-T48G", 16, 80, 35},
    Model{"SIP-T48S", 16, 81, 65},   Model{"SIP-T46G", 16, 80, 28},
    Model{"SIP-T46S", 16, 81, 66},   Model{"SIP-T29G", 16, 80, 46},
    Model{"SIP-T52S", 12, 81, 74},   Model{"SIP-T42G", 12, 80, 29},
    Model{"SIP-T42S", 12, 81, 67},   Model{"SIP-T41P", 6, 80, 36},
    Model{"SIP-T41S", 6, 81, 68},    Model{"SIP-T27P", 6, 80, 45},
    Model{"SIP-T27G", 6, 81, 69},    Model{"W52P", 5, 81, 25},
    Model{"W56P", 5, 80, 25},        Model{"SIP-T40P", 3, 80, 54},
    Model{"SIP-T40G", 3, 81, 76},    Model{"SIP-T23P", 3, 80, 44},
    Model{"SIP-T23G", 3, 80, 44},    Model{"SIP-T21 E2", 2, 80, 52},
    Model{"SIP-T21P E2", 2, 80, 52}, Model{"SIP-T19 E2", 1, 80, 53},
    Model{"SIP-T19P E2", 1, 80, 53}, Model{"CP860", 1, 80, 37},
};

constexpr std::string_view usual_model = "SIP-T46G";  // that of the guide's examples
constexpr unsigned usual_firmware = 81;
constexpr unsigned numbered_proxies_since = 81;  // YL-PAR-19

// "SIP-T46G", "sip t46g" and "T46G" are one phone.
std::string bare(std::string_view name) {
    std::string result;
    for (const char c : name) {
        if (c != ' ' && c != '-')
            result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return result.starts_with("SIP") ? result.substr(3) : result;
}

bool is_t5x(std::string_view name) {
    return name == "SIP-T58V" || name == "SIP-T58A" || name == "SIP-T56A";
}

std::vector<std::string_view> model_names() {
    std::vector<std::string_view> result;
    result.reserve(models.size());
    for (const auto& model : models) result.push_back(model.name);
    return result;
}

}  // namespace

std::string YealinkPhone::name() const {
    return fmt::format("{} with firmware {}", model, firmware);
}

tl::expected<YealinkPhone, std::string> yealink_phone(const Options& options) {
    const auto wanted = bare(options.model.empty() ? usual_model : options.model);
    const auto* const model = std::ranges::find(
        models, wanted, [](const Model& candidate) { return bare(candidate.name); });
    if (model == models.end()) {
        return tl::unexpected(fmt::format("model {}: permitted are {}", options.model,
                                          fmt::join(model_names(), ", ")));
    }
    const auto firmware = options.firmware == 0 ? usual_firmware : options.firmware;
    if (firmware < model->first_firmware) {
        return tl::unexpected(fmt::format("firmware {}: permitted for {} is {} or later", firmware,
                                          model->name, model->first_firmware));
    }
    return YealinkPhone{std::string(model->name), firmware, model->accounts,
                        firmware >= numbered_proxies_since || is_t5x(model->name),
                        fmt::format("y{:012}.cfg", model->file)};
}

}  // namespace twinline::config
