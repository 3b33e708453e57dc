// `twinline phone`: the reference phone alone, as a soft phone; the same as the program
// twinline-phone.
#include "reference_impl/live/options.hh"
#include "rig/cli/commands.hh"

#include <memory>

namespace twinline::cli {

void add_phone_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<live::PhoneOptions>();
    auto* command = app.add_subcommand(
        "phone", "Run the reference phone alone; JSON Lines on standard input and output");
    command->footer("Example: twinline phone --config phone.cfg --power-on");
    live::add_phone_options(*command, *options);
    command->callback(
        [&action, options] { action = [options] { return live::run_phone(*options); }; });
}

}  // namespace twinline::cli
