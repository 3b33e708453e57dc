// The reference phone as a program of its own.
#include "reference_impl/live/options.hh"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
    constexpr int usage = 64;
    CLI::App app("The reference phone of Twinline", "twinline-phone");
    app.set_version_flag("--version", TWINLINE_VERSION);
    twinline::live::PhoneOptions options;
    twinline::live::add_phone_options(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : usage;
    }
    return twinline::live::run_phone(options);
}
