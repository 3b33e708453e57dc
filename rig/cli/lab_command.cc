// `twinline lab`: a bench for a developer. The lab stays up, and lines on standard input say what
// happens.
#include "rig/cli/choice.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/lab_attempt.hh"
#include "rig/cli/place.hh"
#include "rig/cli/trace.hh"
#include "rig/run/desk.hh"
#include "rig/shadow/play.hh"
#include "rig/testbed/dut.hh"
#include "rig/testbed/files.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;

struct LabOptions {
    std::string scenario, topology = "two-registrars-calls", config, vendor = "generic", device,
                          capture, interface, mac;
    std::uint64_t seed = 1;
};

fs::path topology_file(const fs::path& fixtures, const std::string& name) {
    if (fs::is_regular_file(name)) return name;
    const auto file = fixtures / "topologies" / (name + ".yaml");
    if (!fs::is_regular_file(file))
        throw UsageError("no topology \"" + name + "\"; wanted is a file, or a name in " +
                         (fixtures / "topologies").string());
    return file;
}

// A phone of the topology's first user.
std::string usual_config(const scenario::Topology& topology) {
    if (topology.users.empty())
        throw UsageError("the topology " + topology.id + " has no users; say --config FILE");
    const auto& user = topology.users.front();
    std::string text = fmt::format(
        "account.1.enable = 1\naccount.1.user = {}\naccount.1.auth_user = {}\n"
        "account.1.password = {}\naccount.1.domain = {}\naccount.1.registrar = {}\n"
        "account.1.transport = udp\naccount.1.expires = 600\n",
        user.name, user.login.empty() ? user.name : user.login, user.password, topology.domain,
        topology.domain);
    unsigned number = 0;
    for (const auto& host : topology.hosts)
        if (host.runs == scenario::HostRuns::dns)
            text += fmt::format("dns.server.{} = {}\n", ++number, host.address);
    return text;
}

// Topology and configuration in the form in which the lab takes them.
scenario::Scenario bench_of(const LabOptions& options, scenario::Catalogue& catalogue,
                            const fs::path& fixtures) {
    if (!options.scenario.empty())
        return *choose_scenarios(catalogue, fixtures, {options.scenario}, {}).front();
    scenario::Scenario bench;
    bench.id = "lab";
    bench.vendor = options.vendor;
    bench.topology = scenario::load_topology(topology_file(fixtures, options.topology));
    bench.place = {options.config.empty() ? bench.topology.place.file : options.config, 0};
    bench.config_line = 1;
    if (options.config.empty() && options.vendor != "generic")
        throw UsageError("a phone of vendor " + options.vendor + " wants --config FILE");
    bench.config =
        options.config.empty() ? usual_config(bench.topology) : testbed::read_file(options.config);
    return bench;
}

void show_event(const timeline::Event& event) {
    const auto text = trace(event);
    if (!text.empty()) std::cout << text << std::flush;
}

int keep_lab(const LabOptions& options) {
    const auto fixtures = fixtures_folder();
    auto catalogue = scenario::load_catalogue(fixtures);
    const auto bench = bench_of(options, catalogue, fixtures);
    check_configurations({&bench}, Warnings::told);
    ChosenDevice device;
    if (!options.device.empty()) {
        device = choose_device(catalogue, options.device, {options.interface, options.mac, {}});
        require_plugged_in(device);
        testbed::require_programs(*device.device);
        testbed::require_environment(*device.device);
    }
    const auto capture = fs::absolute(
        options.capture.empty() ? "twinline-lab-" + timestamp_name() + ".pcapng" : options.capture);
    testbed::enter_lab_namespaces(interface_of(device));
    const auto refused = run::attend(
        {.scenario = bench,
         .reference = catalogue.devices.at("reference"),
         .device = device.device,
         .mutant = device.mutant != nullptr ? std::string(device.mutant->id) : std::string(),
         .fixtures = fixtures,
         .capture = capture,
         .seed = options.seed},
        {.event = show_event,
         .answer = [](const std::string& text) { std::cout << text << std::endl; },
         .refusal =
             [](const std::string& text) { std::cerr << "refused: " << text << std::endl; }});
    return refused == 0 ? 0 : usage;
}

}  // namespace

void add_lab_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<LabOptions>();
    auto* command = app.add_subcommand(
        "lab", "Bring a lab up and keep it; lines on standard input say what happens in it");
    command->footer("Example: twinline lab --topology two-registrars-calls --device baresip\n\n" +
                    run::desk_help());
    command->add_option("SCENARIO", options->scenario,
                        "Take topology and configuration of this one; its steps are not played");
    command->add_option("--topology", options->topology, "A file, or a name in fixtures/topologies")
        ->capture_default_str();
    command
        ->add_option("--config", options->config,
                     "The phones' configuration; default: the topology's first user")
        ->check(CLI::ExistingFile);
    command->add_option("--vendor", options->vendor, "In whose syntax that is")
        ->capture_default_str();
    command->add_option("--device", options->device,
                        "A phone beside the twin: a name in fixtures/devices, a device file, "
                        "mutant/ID; default: none");
    command->add_option("--interface", options->interface,
                        "Of this machine, where a handset is plugged in; it goes into the lab");
    command->add_option("--mac", options->mac, "The handset's, as 00:15:65:01:02:03");
    command->add_option("--capture", options->capture,
                        "Every packet, for Wireshark; default: twinline-lab-DATE-TIME.pcapng");
    command->add_option("--seed", options->seed, "Of every free choice of the reference")
        ->capture_default_str();
    command->callback([&action, options] { action = [options] { return keep_lab(*options); }; });
}

}  // namespace twinline::cli
