// A scenario as data: a phone's configuration, a topology, stimuli that hang on the subject's own
// events, and what the documents say must be seen. No judgement and no protocol here.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/treatment.hh"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario {

using Duration = timeline::Duration;

// Where in which file something stands, for messages.
struct Place {
    std::string file;
    unsigned line = 0;  // from 1

    std::string to_string() const;  // "FILE:LINE"
};

// Which events of a subject are meant. Every member that is set must match.
//   {request: REGISTER, to: primary}       {response: 200, of: REGISTER, from: secondary}
//   {query: NAPTR, name: pbx.test}         {kind: icmp.unreachable, from: primary}
struct Pattern {
    std::string kind;  // "sip.request", "sip.response", "dns.query" ...; empty: any
    std::string peer;  // a role of the topology; empty: any
    timeline::Direction direction =
        timeline::Direction::none;  // as the subject sees it; none: either
    timeline::Fields fields;        // exact, or "2xx" for status, or "*" for "present"
    unsigned nth = 0;               // the n-th event that matches, from 1; 0: every one
    std::string after;              // a named event; only what comes after it counts
    Place place;
};

// An instant relative to the subject: a named event (or "power-on", "start") and an offset.
struct Trigger {
    std::string event;  // "start": before power-on; "power-on"; or a name in `events`
    Duration offset{};
    Place place;
};

// What the rig does to the subject's environment, or with the subject.
enum class ActionKind {
    power_on,
    treat,
    heal,
    set_zone,
    unregister,
    register_again,
    dial,
    answer,
    hang_up,
    hold,
    resume,
    notify,
    caller,
    read,
    forget,
    skip,
    upgrade_firmware,
    flash,
    look,
    end
};

// Whether it is something that only a phone with calls can do.
bool is_call_action(ActionKind kind);
// What the user of a phone does, by the name that devices know it by: "register", "dial",
// "hang_up" ...; empty for what happens to it.
std::string_view command_of(ActionKind kind);
std::vector<std::string_view> commands();  // all of these names
// What a notifier can tell a phone of, as in "notify primary waiting".
const std::vector<std::string_view>& notices();
// What a phone shows its user beside calls, as in "look at error messages".
const std::vector<std::string_view>& pages();
// What the one who calls the phone does, as in "caller primary calls".
const std::vector<std::string_view>& caller_deeds();
// Whether it is told outside any dialog, so that nobody has to have asked for it.
bool is_unsolicited(std::string_view notice);

struct Step {
    Trigger when;
    ActionKind action = ActionKind::end;
    std::string
        target;  // a host, for treat, heal and read; a zone, for set_zone; a number, for dial; a
                 // version, for flash; a page, for look
    Treatment treatment{};  // for treat
    // For notify: what the host tells the phone, one of notices(). For caller: what is done behind
    // the host, one of caller_deeds().
    std::string notice{};
    Place place{};
};

std::string to_text(const Step& step);  // "silence primary", as in the file

struct Window {
    Duration earliest{};
    Duration latest{};
};

// One statement that can fail. Exactly one of the forms is used:
//   see       the named event happens, within `within` after `after`
//   never     no event matches between `after` and `until` (default: from power-on to the end)
//   count     the number of matching events between `after` and `until` lies in [at_least, at_most]
//   schedule  the sends of the transaction that the named event began come at these offsets, and no
//   others differ    the named fields differ between all of `of`     equal: they are the same rises
//   the named field is a number that is greater in each of `of` than in the one before unique    no
//   two transactions of the subject share the named field (retransmissions apart)
enum class ExpectationForm { see, never, count, schedule, differ, equal, rises, unique };

struct Expectation {
    ExpectationForm form = ExpectationForm::see;
    std::string clause;
    std::string says;                           // one sentence for the report
    Pattern pattern;                            // never, count; see when it is not a named event
    std::string event;                          // see, schedule: a name in `events`
    std::string after;                          // a name, or "power-on"
    std::string until;                          // a name, or "end"
    std::optional<Window> within;               // see
    std::optional<unsigned> at_least, at_most;  // count
    std::vector<Duration> at;                   // schedule, from the first send
    Duration tolerance{};                       // schedule: absolute part
    double tolerance_ratio = 0;                 // schedule: relative part of the offset
    std::vector<std::string> fields;            // differ, equal, rises, unique
    std::vector<std::string> of;                // differ, equal, rises
    std::optional<unsigned> by;                 // rises: by exactly this much from each to the next
    // Reading -> the values under which this must hold; empty: always.
    std::map<std::string, std::vector<std::string>, std::less<>> when;
    Place place;
};

struct User {
    std::string name;
    std::string password;
    std::string login{};  // the user name in its credentials
};

// A proxy only passes on: what it is asked for as outbound proxy.
enum class HostRuns { kamailio, dns, configuration, proxy };

struct Host {
    std::string role;
    std::string address;  // dotted
    HostRuns runs = HostRuns::kamailio;
    std::uint16_t port = 5060;  // of SIP; of the configuration service
    // Of a configuration server: which of the files it has; none: all of them.
    std::optional<std::vector<std::string>> files{};
    // Of a proxy: the role of the server to which goes what names no server by its address.
    std::string behind{};
    // It takes part in SIP outbound (RFC 5626), and answers keep-alives.
    bool outbound = false;
    bool service_route = false;                 // its registrar tells a way over it (RFC 3608)
    bool takes_streams = true;                  // SIP over TCP and TLS, not over UDP alone
    std::optional<std::uint32_t> flow_timer{};  // seconds, as its registrar says; none: it does not
};

// How the configuration servers of a topology serve, and what.
struct ConfigurationService {
    std::string protocol;  // "http", "https", "ftp", "tftp"
    // By name. "MAC.cfg" stands for each phone's own file: twelve hexadecimal digits and ".cfg".
    std::map<std::string, std::string, std::less<>> files;
};

// Whether a phone that asks for `path` means the file `name` of a configuration service.
bool names_file(std::string_view name, std::string_view path);

// The addresses that the rig gives to one subject.
struct SubjectAddresses {
    std::string phone;
    std::string probe;  // every fault that is keyed by the phone is keyed by this one too
};

struct Topology {
    std::string id;
    std::string domain;
    std::vector<Host> hosts;
    std::string zone;        // a zone file (RFC 1035 section 5), $ORIGIN and $TTL included
    unsigned zone_line = 0;  // line of its first line in the file
    // Zones that a step can put in its place.
    std::map<std::string, std::string, std::less<>> zones;
    std::vector<User> users;
    std::map<std::string, SubjectAddresses, std::less<>> subjects;  // "device", "twin"
    std::string unkeyed_probe;
    bool dns_rotates = false;     // each answer begins with another one of its records
    bool dns_additional = false;  // an SRV answer brings the addresses of its targets
    std::string
        callee;  // the number that a callee behind each server answers; empty: there is none
    std::uint32_t notifier_grants = 0;    // seconds that the notifiers grant; 0: there are none
    std::uint32_t grants_expires = 3600;  // seconds a registrar grants at most
    std::uint32_t least_expires = 1;      // seconds below which it answers 423
    bool challenges_calls = false;        // an INVITE needs credentials too
    bool shares_location = false;         // what one registrar knows of phones, each knows
    ConfigurationService configuration;
    Place place;

    const Host* find(std::string_view role) const;
    bool has_configuration_servers() const;
    // What `server` has for this path; none: it has no such file.
    const std::string* file_of(const Host& server, std::string_view path) const;
};

struct Scenario {
    std::string id;
    std::string catalogue;  // "GS-06", may be empty
    std::string title;
    std::string story;
    std::string vendor;     // "generic", "yealink" ...
    unsigned firmware = 0;  // 80; 0: the one that the vendor's document shows
    std::string feature;    // "register"
    unsigned tier = 1;
    std::vector<std::string> tags;
    std::vector<std::string> clauses;  // those that the expectations name, and others it exercises
    Topology topology;                 // loaded from the file that the scenario names
    std::string config;                // the phone's configuration in the vendor's syntax
    unsigned config_line = 0;          // line of its first line in the file
    std::string text;                  // the whole file, with this scenario's values of a sweep
    std::map<std::string, Pattern, std::less<>> events;
    std::vector<Step> steps;
    Duration limit{};  // the longest it may last after power-on
    std::vector<Expectation> expectations;
    Place place;

    bool has_step(ActionKind kind) const;
};

}  // namespace twinline::scenario
