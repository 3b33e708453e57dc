// Clauses, readings and devices, and the loaders of everything that a user writes as YAML. Every
// loader checks the whole file and reports each fault with file and line; unknown keys are faults.
#pragma once

#include "rig/scenario/scenario.hh"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario {

enum class Level { must, should, observed };

std::string_view to_string(Level level);

// The numbers that a document gives for a configuration parameter, so that they can be compared
// with those of the code. What the document leaves out is missing.
struct DocumentedParameter {
    std::string name;                  // "account.X.sip_server.Y.port"
    std::optional<unsigned> fallback;  // the default value
    std::optional<unsigned> min;
    std::optional<unsigned> max;
    std::optional<unsigned> length;  // the most characters of a string
};

struct Clause {
    std::string id;
    std::string document;  // "RFC 3261 17.1.2.2"
    Level level = Level::must;
    std::string kind;       // behaviour | parameter | limitation | example
    std::string statement;  // our words
    std::string argued;     // why it needs no scenario; empty otherwise
    std::vector<std::string> readings;
    std::optional<DocumentedParameter> parameter;  // of a clause of kind parameter
    Place place;
};

struct ReadingValue {
    std::string value;
    std::string meaning;
};

struct Reading {
    std::string id;
    std::string question;
    std::vector<ReadingValue> values;
    std::string fallback;  // the default value
    std::string why;
    std::vector<std::string> clauses;
    Place place;
};

struct Handset;  // rig/scenario/handset.hh

// How to run one kind of phone in the lab: a file of fixtures/devices.
struct Device {
    std::string id;
    std::string title;
    std::vector<std::string> vendors;       // whose scenarios it can run: "generic" ...
    std::vector<std::string> capabilities;  // "register", "unregister", "dns-naptr" ...
    struct Need {
        std::string program;
        std::string remedy;  // "apt-get install baresip-core"
    };
    std::vector<Need> needs;
    // A phone of plastic, outside the machine; none: a program.
    std::shared_ptr<const Handset> handset;
    // Files written into its working directory (for a handset: served to it), name -> template.
    // {{account.1.user}} and the like are filled from the configuration; {{dir}}, {{address}},
    // {{dns}} from the lab; {{config}} is the scenario's own text.
    std::map<std::string, std::string> files;
    std::vector<std::string> start;  // argv, templates too
    // How it is told what its user does, by the names of commands(): argv run beside it, or a text
    // that is typed on its standard input; templates with {{number}} too. A phone with the
    // capability "json-lines" needs none.
    std::map<std::string, std::vector<std::string>> commands;
    std::map<std::string, std::string> typed;
    struct Inability {
        std::string scenarios;  // an id, that of a sweep too, or an expression as of Selection
        std::string why;
        Place place;

        bool concerns(const Scenario& scenario) const;
    };
    std::vector<Inability> cannot;

    bool can(std::string_view capability) const;
    bool knows(const std::string& command) const;  // commands, typed, or a request of a handset
    std::string stop_signal = "TERM";
    Duration boot{};  // the longest it may take from power-on to its first packet
    Place place;
};

// A fault of a file: "FILE:LINE: what, and what is allowed".
struct Fault {
    Place place;
    std::string text;

    std::string to_string() const;
};

// Thrown by the loaders with every fault of the file; the command line prints them and exits 65.
class BadInput : public std::exception {
  public:
    explicit BadInput(std::vector<Fault> faults);
    const char* what() const noexcept override;
    const std::vector<Fault>& faults() const { return faults_; }

  private:
    std::vector<Fault> faults_;
    std::string text_;
};

Topology load_topology(const std::filesystem::path& file);
std::vector<Clause> load_clauses(const std::filesystem::path& file);
std::vector<Reading> load_readings(const std::filesystem::path& file);
Device load_device(const std::filesystem::path& file);
// `topologies` is the folder in which `topology: NAME` is looked up as NAME.yaml. A file with a
// sweep holds several scenarios, else there is one.
std::vector<Scenario> load_scenarios(const std::filesystem::path& file,
                                     const std::filesystem::path& topologies);
// A file with exactly one.
Scenario load_scenario(const std::filesystem::path& file, const std::filesystem::path& topologies);
// With the topology at hand: a stored record keeps it beside the scenario.
Scenario load_scenario(const std::filesystem::path& file, const Topology& topology);

// Everything under a fixtures folder, ids unique, cross references checked (a scenario's clauses
// exist ...).
struct Catalogue {
    std::map<std::string, Clause, std::less<>> clauses;
    std::map<std::string, Reading, std::less<>> readings;
    std::map<std::string, Device, std::less<>> devices;
    std::map<std::string, Scenario, std::less<>> scenarios;
};

Catalogue load_catalogue(const std::filesystem::path& fixtures);

// Structural faults of one scenario that loading does not find: no stimulus, a fault without an
// expectation that can fail, an event that nothing uses, a window that the limit cuts off ...
std::vector<Fault> lint(const Scenario& scenario, const Catalogue& catalogue);

// "-k" of pytest over id, vendor, feature and tags: words joined by and, or, not and parentheses; a
// word matches as a substring, without regard to case. Throws std::invalid_argument with a message
// on a syntax error.
class Selection {
  public:
    explicit Selection(std::string_view expression);
    bool matches(const Scenario& scenario) const;
    bool matches(const std::vector<std::string>& words) const;  // for other kinds of things

  private:
    std::vector<std::string> postfix_;
};

}  // namespace twinline::scenario
