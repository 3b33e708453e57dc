// What a lane of pytest does with scenarios, without a word of Python: load them from their files,
// play one in the lab or in virtual time, keep it in a run directory, and conclude the run.
#pragma once

#include "reports/table.hh"
#include "rig/cli/choice.hh"
#include "rig/cli/run_directory.hh"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace twinline::python {

namespace fs = std::filesystem;

// How a scenario is to be played, and what is done with what comes of it.
struct Order {
    std::string file;  // that holds the scenario
    std::string id;
    fs::path attempt;  // SCENARIO/attempt-N; empty: nothing is kept
    std::uint64_t seed = 1;
    judge::Strictness strictness = judge::Strictness::lenient;
};

struct Outcome {
    std::string assessment;  // JSON
    std::string ladder;      // of the device, with clause ids; empty when nothing was seen
};

// An attempt, and what the results call its scenario.
struct Kept {
    std::string name;
    fs::path attempt;
};

struct Conclusion {
    std::string report;    // its path
    std::string table;     // of verdicts
    std::string conflict;  // the sentence of a device that answers a question two ways; or empty
    int exit_code = 0;     // as the command would exit
};

class Lane {
  public:
    // Throws BadInput, and UsageError for a device that is not known.
    Lane(fs::path fixtures, const std::string& device);

    const cli::ChosenDevice& device() const { return device_; }
    bool lives_in_virtual_time() const;  // the reference and its mutants do
    bool is_single() const;              // there is one of it: its scenarios come one by one

    // The scenarios of a file, in its order. Warnings of their configurations are faults when they
    // are refused. Throws BadInput.
    std::vector<const scenario::Scenario*> scenarios(const std::string& file,
                                                     cli::Warnings warnings);
    const scenario::Scenario& scenario(const std::string& file, const std::string& id);
    std::string obstacle(const std::string& file, const std::string& id);

    // In namespaces of its own, which are gone with it: only for a process that does nothing else.
    // `gate` is a locked file, unlocked as soon as the lab is up.
    Outcome play_in_lab(const Order& order, int gate);
    Outcome simulate(const Order& order);
    // What was not played, or could not be.
    Outcome unplayed(const Order& order, judge::Verdict verdict, const std::string& reason);
    // What was lost before there was a scenario to load: a test in Python names it, and no more.
    Outcome lost(const std::string& id, const fs::path& attempt, const std::string& reason) const;

    // Writes run.json of a run that begins now.
    void begin_run(const fs::path& run, const std::vector<std::string>& selection,
                   std::uint64_t seed);
    // Judges the complete record of an attempt that ended before it was judged.
    Outcome judge_kept(const Order& order);
    // Joins all attempts of a scenario that have an assessment, by what they say alone: SCENARIO is
    // a folder of the run, `name` what the results call it. Gives the combined assessment, the line
    // of results.jsonl.
    std::string join(const fs::path& run, const std::string& folder, const std::string& name) const;
    // Reports and verdict over what these attempts have kept, in this order, and what changed since
    // the earlier runs.
    Conclusion conclude(const fs::path& run, const std::vector<Kept>& attempts,
                        const std::vector<fs::path>& earlier, reports::Colour colour,
                        std::size_t width) const;

  private:
    Outcome keep(const scenario::Scenario& scenario, const Order& order,
                 const assess::Judged& judged) const;

    fs::path fixtures_;
    scenario::Catalogue catalogue_;
    cli::ChosenDevice device_;
    std::string started_;
    std::map<std::string, std::vector<scenario::Scenario>, std::less<>> files_;
};

}  // namespace twinline::python
