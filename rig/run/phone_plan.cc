// The configuration was checked before the lab was entered; here it is read once more.
#include "rig/run/phone_plan.hh"

#include "reference_impl/config/loader.hh"

namespace twinline::run {

testbed::DutPlan phone_plan(const scenario::Scenario& scenario, std::string subject,
                            const scenario::Device& device, const std::string& mutant,
                            std::uint64_t seed) {
    config::Vendor vendor{};
    config::parse_vendor(scenario.vendor, vendor);
    testbed::DutPlan dut;
    dut.device = device;
    dut.subject = std::move(subject);
    dut.config = config::load(vendor, scenario.place.file, scenario.config,
                              {.model = {}, .firmware = scenario.firmware})
                     .config;
    dut.config_text = scenario.config;
    dut.vendor = scenario.vendor;
    dut.firmware = scenario.firmware;
    dut.seed = seed;
    dut.mutant = mutant;
    return dut;
}

}  // namespace twinline::run
