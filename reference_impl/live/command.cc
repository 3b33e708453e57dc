// Reads one line of the phone's standard input.
#include "reference_impl/live/command.hh"

#include <nlohmann/json.hpp>

namespace twinline::live {

tl::expected<Command, std::string> parse_command(std::string_view line) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const auto named = json.is_object() ? json.find("do") : json.end();
    if (!json.is_object() || named == json.end() || !named->is_string()) {
        return tl::unexpected(std::string(R"(not a command, permitted: {"do": "power_on"})"));
    }
    const auto name = named->get<std::string>();
    if (name == "power_on") return Command::power_on;
    if (name == "register") return Command::register_accounts;
    if (name == "unregister") return Command::unregister_accounts;
    if (name == "quit") return Command::quit;
    return tl::unexpected("unknown command " + name +
                          ", permitted: power_on, register, unregister, quit");
}

}  // namespace twinline::live
