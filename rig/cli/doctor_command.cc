// `twinline doctor`: what this machine can do.
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/place.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/testbed/doctor.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace twinline::cli {

void add_doctor_command(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "doctor", "Say what this machine can do, with the remedy for what it cannot");
    command->footer("Example: twinline doctor --json");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON document on standard output");
    command->callback([&action, json] {
        action = [json] {
            auto checks = testbed::doctor();
            const bool can_all = std::ranges::all_of(checks, &testbed::Check::ok);
            for (auto& phone :
                 testbed::doctor_of_phones(scenario::load_catalogue(fixtures_folder()).devices))
                checks.push_back(std::move(phone));
            if (*json) {
                auto list = nlohmann::json::array();
                for (const auto& c : checks)
                    list.push_back({{"check", c.check},
                                    {"ok", c.ok},
                                    {"found", c.found},
                                    {"remedy", c.remedy}});
                std::cout << list.dump(2) << '\n';
            } else {
                for (const auto& c : checks) {
                    std::cout << fmt::format("{:4} {:24} {}\n", c.ok ? "ok" : "no", c.check,
                                             c.found);
                    if (!c.ok) std::cout << fmt::format("     {:24} remedy: {}\n", "", c.remedy);
                }
            }
            return can_all ? ok : missing;
        };
    });
}

}  // namespace twinline::cli
