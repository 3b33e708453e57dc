// Declares the options and turns their text into values; what does not fit is a usage error of
// CLI11.
#include "reference_impl/live/options.hh"

#include "reference_impl/config/loader.hh"

#include <CLI/CLI.hpp>

#include <charconv>

namespace twinline::live {

namespace {

void add_reading(PhoneOptions& options, const std::string& text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
        throw CLI::ValidationError("--reading", text + ": permitted is ID=VALUE");
    }
    options.readings[text.substr(0, equals)] = text.substr(equals + 1);
}

void set_vendor(PhoneOptions& options, const std::string& name) {
    if (config::parse_vendor(name, options.vendor)) return;
    std::string permitted;
    for (const auto vendor : config::vendor_names()) permitted += " " + std::string(vendor);
    throw CLI::ValidationError("--vendor", name + ": permitted are" + permitted);
}

void set_address(PhoneOptions& options, const std::string& text) {
    options.address = wire::parse_ipv4(text);
    if (!options.address) throw CLI::ValidationError("--address", text + ": permitted is a.b.c.d");
}

// Where there is no name server, whoever fills in this option has nothing to fill in.
void add_dns_server(PhoneOptions& options, const std::string& text) {
    if (text.empty()) return;
    const auto address = wire::parse_ipv4(text);
    if (!address) throw CLI::ValidationError("--dns", text + ": permitted is a.b.c.d");
    options.dns_servers.push_back(*address);
}

// By hand: CLI11 takes -1 for 2^64 - 1.
void set_seed(PhoneOptions& options, const std::string& text) {
    std::uint64_t seed = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seed);
    if (error != std::errc{} || stop != end) {
        throw CLI::ValidationError("--seed", text + ": permitted is an integer from 0 to 2^64 - 1");
    }
    options.seed = seed;
}

}  // namespace

void add_phone_options(CLI::App& app, PhoneOptions& options) {
    app.add_option("--config", options.config_file, "configuration in the vendor's syntax")
        ->required();
    app.add_option_function<std::string>(
           "--vendor", [&options](const std::string& name) { set_vendor(options, name); },
           "whose syntax it is (default: generic)")
        ->type_name("NAME");
    app.add_option("--model", options.device.model,
                   "that the file is for, as SIP-T46G (default: the one its document shows)")
        ->type_name("NAME");
    app.add_option("--firmware", options.device.firmware, "likewise, as 81 (0: the default)")
        ->check(CLI::Range(0U, 9999U))
        ->type_name("NUMBER");
    app.add_option_function<std::string>(
           "--address", [&options](const std::string& text) { set_address(options, text); },
           "the phone's own (default: the host's first that is not loopback)")
        ->type_name("A.B.C.D");
    app.add_option_function<std::string>(
           "--seed", [&options](const std::string& text) { set_seed(options, text); },
           "of all that the phone is free to choose (default: random)")
        ->type_name("NUMBER");
    app.add_option_function<std::vector<std::string>>(
           "--reading",
           [&options](const std::vector<std::string>& readings) {
               for (const auto& text : readings) add_reading(options, text);
           },
           "how an open question of the documents is answered")
        ->type_name("ID=VALUE");
    app.add_option_function<std::vector<std::string>>(
           "--dns",
           [&options](const std::vector<std::string>& servers) {
               for (const auto& text : servers) add_dns_server(options, text);
           },
           "a DNS server where the configuration names none, as DHCP offers it (empty: none); may "
           "be "
           "repeated")
        ->type_name("A.B.C.D");
    app.add_option("--ca", options.ca_file,
                   "PEM file of whom to trust over TLS (default: the system's)")
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    app.add_option("--mutant", options.mutant, "a phone with this rule set wrong");
    app.add_flag("--strict-config", options.strict_config, "warnings are errors");
    app.add_flag("--power-on", options.power_on, "at once, without waiting for the command");
    app.footer(
        "Commands on standard input, a line each: {\"do\":\"power_on\"} register unregister quit\n"
        "{\"do\":\"dial\",\"number\":\"2000\"} answer hang_up hold resume "
        "skip upgrade_firmware.\n"
        "Example: twinline-phone --config phone.cfg --address 127.0.0.1 --power-on");
}

}  // namespace twinline::live
