// Phones from a file: what a template may hold, and a real soft phone at home in the lab.
#include "rig/testbed/outer.hh"
#include "tests/testbed/lab_test.hh"

#include <gmock/gmock.h>

#include <algorithm>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

config::PhoneConfig phone_config() {
    config::PhoneConfig config;
    config::Account account;
    account.user = "1002";
    account.password = "other";
    account.servers = {{"pbx.test", 0, config::TransportChoice::by_dns, 40s}};
    config.accounts = {account};
    return config;
}

DutPlan plan_for(scenario::Device device) {
    DutPlan plan;
    plan.device = std::move(device);
    plan.subject = "device";
    plan.config = phone_config();
    plan.config_text = "account.1.user = 1002\n";
    plan.vendor = "generic";
    return plan;
}

scenario::Device fixture(const std::string& id) {
    return scenario::load_device(TWINLINE_SOURCE "/fixtures/devices/" + id + ".yaml");
}

TEST(Render, FillsWhatItKnowsAndNamesWhatItDoesNot) {
    EXPECT_EQ(render("f", "a {{x}}{{y}} b", {{"x", "1"}, {"y", "2"}}), "a 12 b");
    try {
        render("f", "fine\n{{z}}", {{"x", "1"}});
        FAIL() << "it took {{z}}";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "f:2: unknown placeholder {{z}}; known are x");
    }
    EXPECT_THROW(render("f", "{{x", {{"x", "1"}}), std::invalid_argument);
}

TEST(DutFiles, MissingProgramComesWithItsRemedy) {
    scenario::Device device;
    device.id = "strange";
    device.needs = {{"no-such-phone", "apt-get install no-such-phone"}};
    try {
        require_programs(device);
        FAIL() << "it found no-such-phone";
    } catch (const Unavailable& error) {
        EXPECT_EQ(error.remedy(), "apt-get install no-such-phone");
    }
}

TEST(DutFiles, OnlyTheReferenceHasMutants) {
    auto plan = plan_for(fixture("baresip"));
    plan.mutant = "reuses-branch";
    EXPECT_THROW(render(plan, "dir"), std::invalid_argument);
}

TEST(DutFiles, ACommandGetsItsNumber) {
    scenario::Device device;
    device.id = "strange";
    device.commands["dial"] = {"tell", "{{dir}}", "to call {{number}}"};
    const auto plan = plan_for(std::move(device));
    EXPECT_THAT(render_command(plan, "folder", "dial", "2000"),
                testing::ElementsAre("tell", "folder", "to call 2000"));
    EXPECT_THAT(render_command(plan, "folder", "hold", {}), testing::IsEmpty());
}

TEST(DutFiles, WhatIsTypedIsWholeLines) {
    scenario::Device device;
    device.id = "strange";
    device.typed["dial"] = "pick up\ncall {{number}}@{{account.1.domain}}";
    const auto plan = plan_for(std::move(device));
    EXPECT_EQ(render_typed(plan, "folder", "dial", "2000"), "pick up\ncall 2000@pbx.test\n");
    EXPECT_EQ(render_typed(plan, "folder", "hold", {}), "");
}

TEST(DutFiles, AnOutboundProxyIsEmptyWhereThereIsNone) {
    auto plan = plan_for(fixture("baresip"));
    EXPECT_EQ(placeholders(plan, "dir").at("account.1.outbound_proxy"), "");
    EXPECT_EQ(placeholders(plan, "dir").at("account.1.outbound_proxy_uri"), "");
    auto& proxies = plan.config.accounts[0].outbound_proxies;
    proxies = {{"192.0.2.21", 5060, config::TransportChoice::udp, 40s}};
    EXPECT_EQ(placeholders(plan, "dir").at("account.1.outbound_proxy"), "192.0.2.21:5060");
    EXPECT_EQ(placeholders(plan, "dir").at("account.1.outbound_proxy_uri"),
              "<sip:192.0.2.21:5060;transport=udp;lr>");
    proxies[0].port = 0;
    EXPECT_EQ(placeholders(plan, "dir").at("account.1.outbound_proxy"), "192.0.2.21");
}

using DutInLab = LabTest;

TEST_F(DutInLab, ReadsWhatItsUserTypes) {
    auto lab = ready_lab();
    scenario::Device device;
    device.id = "strange";
    device.start = {"sh", "-c", "read said; echo got $said"};
    device.stop_signal = "KILL";
    device.typed["dial"] = "call {{number}}";
    auto phone = lab->phone(plan_for(std::move(device)));
    EXPECT_THROW(phone->act("dial", "2000"), std::runtime_error) << "it has no power";
    await(phone->power_on());
    phone->act("dial", "2000");
    EXPECT_TRUE(turn_until([&] { return !phone->log().empty(); }, 5s));
    EXPECT_THAT(phone->log(), testing::ElementsAre("got call 2000"));
}

TEST_F(DutInLab, IsToldByItsCommandsWhatItsUserDoes) {
    auto lab = ready_lab();
    scenario::Device device;
    device.id = "strange";
    device.start = {"sleep", "60"};
    device.stop_signal = "KILL";
    device.commands["dial"] = {"sh", "-c", "echo calls {{number}}; exit 3"};
    auto phone = lab->phone(plan_for(std::move(device)));
    await(phone->power_on());
    EXPECT_THROW(phone->act("hold"), std::logic_error);
    phone->act("dial", "2000");
    EXPECT_TRUE(turn_until([&] { return phone->log().size() >= 2; }, 5s));
    EXPECT_THAT(phone->log(), testing::UnorderedElementsAre("calls 2000", HasSubstr("dial: ")));
}

TEST_F(DutInLab, BaresipRegistersByNaptrAndSrvAtThePrimary) {
    if (find_program("baresip").empty()) GTEST_SKIP() << "apt-get install baresip-core";
    auto lab = ready_lab();
    auto phone = lab->phone(plan_for(fixture("baresip")));
    await(phone->power_on());
    EXPECT_TRUE(phone->alive());
    const auto holds_1002 = [&](const char* role) {
        const auto held = await(lab->server(role).holdings({}));
        return std::ranges::any_of(held.bindings, [](const auto& b) { return b.user == "1002"; });
    };
    const auto at_home = [&] { return holds_1002("primary"); };
    EXPECT_TRUE(turn_until(at_home, 5s)) << testing::PrintToString(phone->log());
    EXPECT_FALSE(holds_1002("secondary"));
    phone->power_off();
    EXPECT_FALSE(phone->alive());
    await(phone->power_on());
    EXPECT_TRUE(phone->alive());
}

TEST_F(DutInLab, TheReferenceRegistersWhenItGetsPowerAndSaysWhy) {
    try {
        find_reference_phone();
    } catch (const Unavailable& error) {
        GTEST_SKIP() << error.what();
    }
    auto lab = ready_lab();
    auto plan = plan_for(fixture("reference"));
    plan.config_text =
        "account.1.user = 1002\naccount.1.password = other\naccount.1.registrar = pbx.test\n"
        "dns.server.1 = 192.0.2.53\n";
    std::vector<std::string> said;
    auto phone = lab->phone(plan, [&said](std::string_view line) { said.emplace_back(line); });
    await(phone->prepare());
    EXPECT_EQ(said.size(), 1U);
    await(phone->power_on());
    const auto holds_1002 = [&](const char* role) {
        const auto held = await(lab->server(role).holdings({}));
        return std::ranges::any_of(held.bindings, [](const auto& b) { return b.user == "1002"; });
    };
    const auto at_home = [&] { return holds_1002("primary"); };
    EXPECT_TRUE(turn_until(at_home, 5s))
        << testing::PrintToString(phone->log()) << testing::PrintToString(said);
    EXPECT_THAT(said, testing::Contains(HasSubstr("decision")));
}

TEST_F(DutInLab, APhoneSeesAllNameServersOfItsConfiguration) {
    auto lab = ready_lab();
    scenario::Device device;
    device.id = "looks";
    device.start = {"cat", "/etc/resolv.conf"};
    device.stop_signal = "KILL";
    auto plan = plan_for(device);
    plan.config.dns_servers = {{0xC0000202}, {0xC0000203}};
    auto phone = lab->phone(std::move(plan));
    await(phone->power_on());
    ASSERT_TRUE(turn_until([&] { return !phone->alive(); }, 5s));
    EXPECT_THAT(phone->log(), testing::ElementsAre("nameserver 192.0.2.2", "nameserver 192.0.2.3"));
}

TEST_F(DutInLab, APhoneIsToldOfNoResolverWhereThereIsNone) {
    auto topology = small_topology();
    std::erase_if(topology.hosts,
                  [](const auto& host) { return host.runs == scenario::HostRuns::dns; });
    Lab lab(io, topology, TWINLINE_SOURCE "/fixtures",
            [this](const std::string& what) { troubles.push_back(what); });
    await(lab.ready());
    scenario::Device device;
    device.id = "looks";
    device.start = {"sh", "-c", "echo '<{{dns}}>'; cat /etc/resolv.conf"};
    device.stop_signal = "KILL";
    auto phone = lab.phone(plan_for(device));
    await(phone->power_on());
    ASSERT_TRUE(turn_until([&] { return !phone->alive(); }, 5s));
    EXPECT_THAT(phone->log(), testing::ElementsAre("<>"));
    EXPECT_TRUE(troubles.empty()) << troubles.front();
}

TEST_F(DutInLab, APhoneSeesTheLabsResolverOnly) {
    auto lab = ready_lab();
    scenario::Device device;
    device.id = "looks";
    device.start = {"sh", "-c",
                    "cat /etc/resolv.conf /etc/nsswitch.conf; getent hosts $(hostname); ip -4 -o "
                    "addr; pwd; echo $HOME"};
    device.stop_signal = "KILL";
    auto phone = lab->phone(plan_for(device));
    await(phone->power_on());
    ASSERT_TRUE(turn_until([&] { return !phone->alive(); }, 5s));
    const std::string all = testing::PrintToString(phone->log());
    EXPECT_THAT(all, HasSubstr("nameserver 192.0.2.53"));
    EXPECT_THAT(all, HasSubstr("hosts: files dns"));
    EXPECT_THAT(all, HasSubstr("198.51.100.100/24"));
    EXPECT_THAT(all, HasSubstr("198.51.100.100  ")) << "its own name";
    EXPECT_THAT(all, HasSubstr((work_area() / "phone-device").string()));
}

}  // namespace
}  // namespace twinline::testbed
