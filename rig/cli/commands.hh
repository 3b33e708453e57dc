// The commands of `twinline`: each adds itself to the command line and returns what the process
// exits with.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace twinline::cli {

// Set by the command that was given; run after the whole command line was read.
using Action = std::function<int()>;

void add_catalogue_commands(CLI::App& app, Action& action);  // list, show, lint
void add_coverage_command(CLI::App& app, Action& action);
void add_sim_command(CLI::App& app, Action& action);
void add_run_command(CLI::App& app, Action& action);
void add_record_commands(CLI::App& app, Action& action);  // judge, datasheet
void add_report_command(CLI::App& app, Action& action);
void add_verify_command(CLI::App& app, Action& action);
void add_timeline_command(CLI::App& app, Action& action);
void add_explain_command(CLI::App& app, Action& action);
void add_reproduce_command(CLI::App& app, Action& action);
void add_lab_command(CLI::App& app, Action& action);
void add_doctor_command(CLI::App& app, Action& action);
void add_phone_command(CLI::App& app, Action& action);

}  // namespace twinline::cli
