// Whether a scenario shows a divergence again: the reference passes it, and the phone that explains
// the capture breaks its expectation. Without such a phone there is only what was recorded, and the
// reference must take the same course up to the point at which the two part.
#pragma once

#include "reference_impl/mutants/mutants.hh"
#include "rig/field/budget.hh"
#include "rig/field/stage.hh"
#include "rig/scenario/catalogue.hh"

#include <string>
#include <vector>

namespace twinline::field {

// Exactly one of the two is there.
struct Culprit {
    const mutants::Mutant* mutant = nullptr;
    const timeline::Timeline* recorded = nullptr;  // on the clock of the scenario
};

class Showing {
  public:
    // Both must outlive it.
    Showing(const scenario::Catalogue& catalogue, Culprit culprit, const Budget& budget)
        : catalogue_(catalogue), culprit_(culprit), spending_(budget) {}

    // Under the default answers and the seeds from 1 up to `seeds`. False too for what cannot be
    // loaded, and for what lint has something to say of.
    bool shows(const scenario::Scenario& scenario, unsigned seeds) const;

    // The reference alone, likewise.
    bool passes(const scenario::Scenario& scenario) const;
    bool passes_every_reading(const scenario::Scenario& scenario) const;

    timeline::Timeline reference(const scenario::Scenario& scenario, std::uint64_t seed) const;
    timeline::Timeline culprit(const scenario::Scenario& scenario, std::uint64_t seed) const;
    // From here on `shows` wants the reference's requests up to the break to be those of this one.
    void keep_course(const scenario::Scenario& scenario);

    const scenario::Catalogue& catalogue() const { return catalogue_; }
    bool is_recorded() const { return culprit_.mutant == nullptr; }
    std::size_t played() const { return spending_.worlds(); }
    // Whoever searches is to end it; what is asked all the same is answered.
    bool is_spent() const { return spending_.is_over(); }

  private:
    timeline::Timeline played(const scenario::Scenario& scenario, const mutants::Defect& defect,
                              std::uint64_t seed) const;
    bool holds_by(const scenario::Scenario& scenario, std::uint64_t seed,
                  timeline::Timeline& observed) const;
    bool shows_by(const scenario::Scenario& scenario, std::uint64_t seed) const;
    bool is_broken(const scenario::Scenario& scenario, const timeline::Timeline& timeline) const;
    std::vector<std::string> course(const scenario::Scenario& scenario,
                                    const timeline::Timeline& timeline) const;

    const scenario::Catalogue& catalogue_;
    Culprit culprit_;
    std::vector<std::string> course_;
    mutable Spending spending_;
};

}  // namespace twinline::field
