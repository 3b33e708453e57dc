// The `twinline` command: reads the command line, runs one command, turns what went wrong into the
// documented exit code.
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/run/session.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/testbed/outer.hh"

#include <iostream>
#include <malloc.h>

namespace {

using namespace twinline;

int read_and_run(int argc, char** argv) {
    CLI::App app{"Certifies how a SIP phone survives the loss of its servers", "twinline"};
    app.set_version_flag("--version", TWINLINE_VERSION);
    app.require_subcommand(1);
    app.footer("Example: twinline run generic/register/boot --device baresip");
    cli::Action action;
    cli::add_doctor_command(app, action);
    cli::add_catalogue_commands(app, action);
    cli::add_coverage_command(app, action);
    cli::add_sim_command(app, action);
    cli::add_run_command(app, action);
    cli::add_timeline_command(app, action);
    cli::add_explain_command(app, action);
    cli::add_reproduce_command(app, action);
    cli::add_lab_command(app, action);
    cli::add_record_commands(app, action);
    cli::add_report_command(app, action);
    cli::add_verify_command(app, action);
    cli::add_phone_command(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        app.exit(error);
        return cli::usage;
    }
    return action();
}

}  // namespace

int main(int argc, char** argv) {
    // A scenario that is played a thousand times takes and frees the same memory as often: it
    // stays.
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    mallopt(M_TOP_PAD, 16 << 20);
    try {
        return read_and_run(argc, argv);
    } catch (const cli::UsageError& error) {
        std::cerr << "twinline: " << error.what() << '\n';
        return cli::usage;
    } catch (const scenario::BadInput& error) {
        for (const auto& fault : error.faults()) std::cerr << fault.to_string() << '\n';
        return cli::bad_input;
    } catch (const testbed::Unavailable& error) {
        std::cerr << "twinline: " << error.found() << "\nremedy: " << error.remedy() << '\n';
        return cli::missing;
    } catch (const run::Interrupted&) {
        std::cerr << "twinline: interrupted; what was finished is kept\n";
        return cli::interrupted;
    } catch (const std::exception& error) {
        std::cerr << "twinline: " << error.what() << '\n';
        return cli::error;
    }
}
