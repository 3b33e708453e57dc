// A phone that conforms is never blamed, whatever it met: the reference in surroundings drawn by
// lot.
#include "rig/field/told.hh"

#include "virtual_capture.hh"
#include <gtest/gtest.h>

#include <iostream>
#include <random>

namespace twinline::test {
namespace {

using scenario::ActionKind;
using scenario::Treatment;

class Lot {
  public:
    explicit Lot(std::uint64_t seed) : random_(seed) {}
    std::uint64_t among(std::uint64_t low, std::uint64_t high) {
        return low + random_() % (high - low + 1);
    }

  private:
    std::mt19937_64 random_;
};

void add(scenario::Scenario& scenario, scenario::Duration at, ActionKind kind,
         const std::string& target, const Treatment& treatment = {}) {
    scenario::Step step;
    step.when = {at == scenario::Duration{} ? "start" : "power-on", at, {}};
    step.action = kind;
    step.target = target;
    step.treatment = treatment;
    scenario.steps.push_back(std::move(step));
}

Treatment drawn_treatment(Lot& lot) {
    Treatment treatment;
    switch (lot.among(0, 4)) {
        case 0:
            treatment.kind = Treatment::Kind::refuse;
            break;
        case 1:
            treatment.kind = Treatment::Kind::reject;
            treatment.status = 503;
            treatment.method = "REGISTER";
            break;
        case 2:
            treatment.kind = Treatment::Kind::slow;
            treatment.delay = std::chrono::milliseconds(lot.among(300, 3000));
            break;
        default:
            treatment.kind = Treatment::Kind::silence;
    }
    return treatment;
}

// Faults come and go at any time, also before the phone is switched on.
scenario::Scenario drawn(const scenario::Scenario& base, std::uint64_t seed) {
    Lot lot(seed);
    auto scenario = base;
    scenario.steps.clear();
    scenario.events.clear();
    scenario.expectations.clear();
    scenario.topology.grants_expires = static_cast<std::uint32_t>(lot.among(60, 900));
    const std::chrono::seconds length(lot.among(200, 1500));
    for (const auto& host : base.topology.hosts) {
        if (host.runs != scenario::HostRuns::kamailio || lot.among(0, 2) == 0) continue;
        const auto onset =
            lot.among(0, 1) == 0
                ? scenario::Duration{}
                : scenario::Duration(std::chrono::milliseconds(lot.among(1000, 500'000)));
        add(scenario, onset, ActionKind::treat, host.role, drawn_treatment(lot));
        if (lot.among(0, 3) != 0)
            add(scenario, onset + std::chrono::milliseconds(lot.among(5000, 400'000)),
                ActionKind::heal, host.role);
    }
    scenario::Step on;
    on.when = {"start", std::chrono::milliseconds{200}, {}};
    on.action = ActionKind::power_on;
    scenario.steps.push_back(on);
    add(scenario, length, ActionKind::end, {});
    scenario.limit = length + std::chrono::seconds{1};
    return scenario;
}

TEST(AConformingPhone, IsNotBlamedInAnySurroundings) {
    const std::vector<std::string> bases{
        "generic/register/boot-failover-silent-primary", "yealink/register/failover-silent-primary",
        "yealink/failback/duration", "yealink/fallback/successive-silent-working"};
    const char* tier = std::getenv("TWINLINE_TIER");
    const std::uint64_t runs = tier != nullptr && std::string_view(tier) == "all" ? 200 : 24;
    std::size_t unjudged = 0;
    for (std::uint64_t seed = getenv("SEED") ? static_cast<std::uint64_t>(atoi(getenv("SEED"))) : 1;
         seed <= runs; ++seed) {
        const auto& base = catalogue().scenarios.at(bases[seed % bases.size()]);
        const auto scenario = drawn(base, seed);
        for (const auto& told : explained(capture_of(scenario, {}, seed), scenario)) {
            EXPECT_FALSE(told.divergence.has_value())
                << "seed " << seed << ": " << field::as_text(told);
            unjudged += told.outcome == field::Outcome::unjudged ? 1 : 0;
            if (told.outcome == field::Outcome::unjudged)
                std::cout << "seed " << seed << ": " << told.reason << '\n';
        }
    }
    std::cout << runs << " surroundings, " << unjudged << " not judged\n";
    EXPECT_LE(unjudged, runs / 10);
}

}  // namespace
}  // namespace twinline::test
