// Reads one line of the phone's standard input.
#include "reference_impl/live/command.hh"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace twinline::live {

namespace {

using Named = std::pair<std::string_view, Command>;

const std::vector<Named>& plain_commands() {
    static const std::vector<Named> commands{
        {"power_on", PowerUp{}},
        {"quit", Quit{}},
        {"register", phone::Input(phone::Register{})},
        {"unregister", phone::Input(phone::Unregister{})},
        {"answer", phone::Input(phone::Answer{})},
        {"hang_up", phone::Input(phone::HangUp{})},
        {"hold", phone::Input(phone::Hold{})},
        {"resume", phone::Input(phone::Resume{})},
        {"skip", phone::Input(phone::Skip{})},
        {"upgrade_firmware", phone::Input(phone::UpgradeFirmware{})}};
    return commands;
}

// What may stand in the user part of a URI without an escape, and no more than a person dials.
bool is_number(const std::string& text) {
    constexpr std::size_t longest = 64;
    constexpr std::string_view marks = "-_.!~*'()&=+$,";
    return !text.empty() && text.size() <= longest &&
           std::ranges::all_of(text, [&](unsigned char c) {
               return std::isalnum(c) != 0 || marks.find(static_cast<char>(c)) != marks.npos;
           });
}

tl::expected<Command, std::string> parse_dial(const nlohmann::json& json) {
    const auto number = json.find("number");
    if (number == json.end() || !number->is_string() || !is_number(number->get<std::string>()))
        return tl::unexpected(std::string(
            R"(dial without a number that can be dialled, permitted: {"do": "dial", "number": "2000"})"));
    phone::Dial dial{1, number->get<std::string>()};
    if (const auto account = json.find("account"); account != json.end()) {
        if (!account->is_number_unsigned() || *account == 0 || *account > 16)
            return tl::unexpected(std::string("account is no number from 1 to 16"));
        dial.account = account->get<unsigned>();
    }
    return phone::Input(dial);
}

}  // namespace

tl::expected<Command, std::string> parse_command(std::string_view line) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const auto named = json.is_object() ? json.find("do") : json.end();
    if (!json.is_object() || named == json.end() || !named->is_string()) {
        return tl::unexpected(std::string(R"(not a command, permitted: {"do": "power_on"})"));
    }
    const auto name = named->get<std::string>();
    if (name == "dial") return parse_dial(json);
    const auto found = std::ranges::find(plain_commands(), name, &Named::first);
    if (found != plain_commands().end()) return found->second;
    return tl::unexpected("unknown command " + name +
                          ", permitted: power_on, register, unregister, dial, answer, hang_up, "
                          "hold, resume, skip, upgrade_firmware, quit");
}

}  // namespace twinline::live
