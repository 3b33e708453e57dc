// A host that is off the network, by its link or by its address, is missed by everybody, and is back
// as it was.
#include "rig/testbed/cut_off.hh"
#include "tests/testbed/lab_test.hh"

namespace twinline::testbed {
namespace {

using scenario::Treatment;

struct HostsOffTheNetwork : LabTest, testing::WithParamInterface<Treatment::Kind> {};

TEST_P(HostsOffTheNetwork, AreSoughtByTheirRouterAndComeBack) {
    const auto lab = ready_lab();
    const Treatment gone{.kind = GetParam()};
    scenario::Inquiry patient;
    patient.longer = scenario::address_search;
    const auto asked = [&](const std::string& from, const std::string& host) {
        const auto result = await(lab->probe(from, host, probe_deadline, "OPTIONS", patient));
        return result.answered ? std::to_string(result.status) : "nothing";
    };
    auto cut_off = lab->cut_off("primary", gone);
    EXPECT_EQ(lab->cut_off("primary", gone), cut_off) << "one for both subjects";
    EXPECT_EQ(asked("device", "primary"), "nothing");
    EXPECT_EQ(asked("unkeyed", "primary"), "nothing");
    EXPECT_EQ(asked("device", "secondary"), "200");
    cut_off->heal();
    EXPECT_EQ(asked("device", "primary"), "200");
    EXPECT_EQ(asked("unkeyed", "primary"), "200");
    cut_off->heal();  // and once only
    cut_off.reset();
    {
        const auto again = lab->cut_off("primary", gone);
        EXPECT_EQ(asked("twin", "primary"), "nothing");
    }
    EXPECT_EQ(asked("twin", "primary"), "200") << "healed by its destructor";
    EXPECT_TRUE(troubles.empty()) << troubles.front();
}

INSTANTIATE_TEST_SUITE_P(ByLoss, HostsOffTheNetwork,
                         testing::Values(Treatment::Kind::link_down,
                                         Treatment::Kind::address_gone),
                         [](const auto& info) {
                             return info.param == Treatment::Kind::link_down ? "link" : "address";
                         });

}  // namespace
}  // namespace twinline::testbed
