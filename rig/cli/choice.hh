// Which scenarios and which device a command line is about.
#pragma once

#include "reference_impl/mutants/mutants.hh"
#include "rig/scenario/catalogue.hh"

#include <string>
#include <vector>

namespace twinline::cli {

// By ids (or scenario files) and an expression, in the order of their ids. Throws UsageError when
// nothing matches.
std::vector<const scenario::Scenario*> choose_scenarios(scenario::Catalogue& catalogue,
                                                        const std::filesystem::path& fixtures,
                                                        const std::vector<std::string>& ids,
                                                        const std::string& expression);

enum class Warnings { told, refused };  // refused: --strict-config

// Reads the configuration of each scenario. Warnings go to standard error, or count as errors;
// throws scenario::BadInput with all that is wrong.
void check_configurations(const std::vector<const scenario::Scenario*>& scenarios,
                          Warnings warnings);

struct ChosenDevice {
    std::string name;  // as the user wrote it
    const scenario::Device* device = nullptr;
    const mutants::Mutant* mutant = nullptr;  // of the reference; null: none

    // Why this scenario is not applicable to it; empty: it is.
    std::string obstacle(const scenario::Scenario& scenario) const;
};

// What the command line says of a handset; empty: nothing.
struct Plugged {
    std::string interface, mac, firmware;
};

// `reference`, `mutant/ID`, a name in fixtures/devices or a device file. Throws UsageError with
// what there is.
ChosenDevice choose_device(scenario::Catalogue& catalogue, const std::string& name,
                           const Plugged& plugged = {});

// Throws UsageError when a handset is chosen, and where it is plugged in is not said.
void require_plugged_in(const ChosenDevice& device);
// That goes into the lab; empty: none.
std::string interface_of(const ChosenDevice& device);

}  // namespace twinline::cli
