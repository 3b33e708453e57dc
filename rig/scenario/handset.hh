// The part of a device file that makes it a real handset: where it is plugged in, who it says it
// is, how it is switched and told what its user does.
#pragma once

#include "rig/scenario/catalogue.hh"
#include "rig/scenario/scenario.hh"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario {

// Templates: {{address}}, {{number}}, {{env:NAME}} (from the environment, for credentials) ...
struct HandsetRequest {
    enum class Method { get, post };
    Method method = Method::get;
    std::string url;
    std::string body{};          // of a POST
    std::string content_type{};  // likewise
};

// What it shows, read off it as text: a page, or a picture of its screen that goes through a
// program.
struct HandsetPage {
    HandsetRequest request;            // without a URL: a person says what is there
    std::vector<std::string> through;  // argv, {{file}} is what was got; none: it is text or HTML
};

struct Handset {
    std::string interface;  // of the host; may come from the command line, as the mac may
    std::string mac;        // "00:15:65:01:02:03", lower case
    std::string vendor, model;
    std::string firmware;  // empty: any

    enum class Protocol { http, https, tftp };
    Protocol protocol = Protocol::http;  // of the server that option 66 names

    // A command of the host; one of its own requests, called "reboot"; a NOTIFY for check-sync; or
    // a person who is asked to.
    enum class PowerBy { command, request, check_sync, person };
    PowerBy power = PowerBy::person;
    std::vector<std::string> power_off, power_on;  // argv, for command

    // What no file says any more is gone with its next boot, and not kept from an earlier one.
    bool forgets = false;

    // How long a changed configuration may still make it begin again by itself: then it is booted
    // twice for each scenario, and the second boot counts. 0: it does not.
    Duration settles{};

    // How it is made to forget everything, before each scenario.
    enum class ResetBy { nobody, request, command, person };
    ResetBy reset = ResetBy::nobody;
    std::vector<std::string> reset_command;

    // The file of each firmware that it can be given, on this machine, by the version that it then
    // says it has.
    std::map<std::string, std::filesystem::path, std::less<>> firmwares;

    std::string user, password;  // of its requests, templates; empty: none
    std::map<std::string, HandsetRequest, std::less<>> requests;  // by the names of commands()
    std::vector<std::string> call_home;                           // names of its vendor's services
    std::map<std::string, HandsetPage, std::less<>> display;      // by the names of pages()
};

// Where the rig answers a handset's questions about everything but SIP; what goes between these two
// is no part of any scenario.
inline constexpr const char* services_address = "198.51.100.2";

// "Yealink SIP-T46G, firmware 28.83.0.50, 00:15:65:01:02:03": who is under test.
std::string identity_of(const Handset& handset);

// Whether a phone that says so of itself has this firmware; empty: any. 1.0.7 is neither 11.0.7 nor
// 1.0.70 nor 1.0.7.2, which all have its letters.
bool names_version(std::string_view said, std::string_view version);

// Lower case with colons; empty when it is no MAC address. Colons, hyphens or nothing between.
std::string read_mac(std::string_view text);

// With what the command line says of it; empty texts say nothing.
Device plugged_in(const Device& device, std::string_view interface, std::string_view mac,
                  std::string_view firmware);

// What is still missing before it can be used: "no interface is given ...", a file of a firmware;
// empty: nothing.
std::string missing_of(const Handset& handset);

// Why a step that flashes or looks cannot be made with this device; empty: it can.
std::string unfit_for(const Device& device, const Scenario& scenario, const Step& step);

}  // namespace twinline::scenario
