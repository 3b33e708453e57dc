// A file is taken as it is; what it says that acts otherwise than it reads is noted.
#include "rig/field/settings.hh"

#include "reference_impl/config/loader.hh"
#include "rig/field/text.hh"
#include "rig/scenario/catalogue.hh"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace twinline::field {

namespace {

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file))
        throw scenario::BadInput({{{file.string(), 0}, "cannot be read"}});
    return {std::istreambuf_iterator<char>(in), {}};
}

void load(Settings& settings) {
    config::Vendor vendor{};
    if (!config::parse_vendor(settings.vendor, vendor))
        throw scenario::BadInput({{{settings.file, 0}, "no vendor is called " + settings.vendor}});
    auto loaded = config::load(vendor, settings.file, settings.text,
                               {.model = {}, .firmware = settings.firmware});
    std::vector<scenario::Fault> faults;
    for (const auto& error : loaded.errors)
        faults.push_back({{error.file, error.line}, error.text});
    if (!faults.empty()) throw scenario::BadInput(std::move(faults));
    for (const auto& warning : loaded.warnings) {
        if (settings.inferred) break;  // nobody wrote it
        settings.notes.push_back(
            scenario::Fault{{warning.file, warning.line}, warning.text}.to_string());
    }
    settings.config = std::move(loaded.config);
}

Settings given_by(const SettingsWanted& wanted) {
    Settings settings;
    settings.firmware = wanted.firmware;
    settings.file = wanted.file.string();
    settings.text = read_text(wanted.file);
    settings.vendor = wanted.vendor.empty() ? vendor_by_syntax(settings.text) : wanted.vendor;
    load(settings);
    return settings;
}

}  // namespace

std::string vendor_by_agent(std::string_view user_agent) {
    const auto name = lower(user_agent);
    if (name.find("yealink") != name.npos) return "yealink";
    if (name.find("aastra") != name.npos || name.find("mitel 6") != name.npos) return "aastra";
    if (name.find("audiocodes") != name.npos) return "audiocodes";
    return "generic";
}

std::string vendor_by_syntax(std::string_view text) {
    const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
    if (has("voip/line/") || has("voip/signalling/")) return "audiocodes";
    if (has(".sip_server.") || has(".sip_server_host")) return "yealink";
    if (has("sip proxy ip") || has("sip registrar ip") || has("sip line1 ")) return "aastra";
    return "generic";
}

bool has_lines_of(const SettingsWanted& wanted, const Phone& phone) {
    const auto given = given_by(wanted);
    return std::ranges::any_of(given.config.accounts, [&](const config::Account& account) {
        return std::ranges::any_of(phone.lines, [&](const std::string& line) {
            return line.starts_with(account.user + '@');
        });
    });
}

Settings completed(Settings settings, Parameters parameters) {
    settings.text = text_of(parameters, settings.vendor);
    settings.parameters = std::move(parameters);
    load(settings);
    return settings;
}

Settings settings_of(const SettingsWanted& wanted, const Phone& phone, const Environment& met) {
    if (!wanted.file.empty()) return given_by(wanted);
    Settings settings;
    settings.firmware = wanted.firmware;
    settings.vendor = wanted.vendor;
    settings.inferred = true;
    settings.file = "inferred configuration";
    if (settings.vendor.empty()) settings.vendor = vendor_by_agent(phone.user_agent);
    if (settings.vendor == "aastra" || settings.vendor == "audiocodes") {
        settings.notes.push_back("without its configuration a phone of " + settings.vendor +
                                 " is measured by the RFCs alone");
        settings.vendor = "generic";
    }
    auto parameters = parameters_of(phone, met, settings.vendor);
    settings = completed(std::move(settings), std::move(parameters));
    settings.notes.push_back(
        "no configuration was given: accounts and servers are taken from the capture");
    return settings;
}

}  // namespace twinline::field
