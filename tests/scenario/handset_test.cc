// Device files of handsets: what they say, and each fault with its line.
#include "rig/scenario/handset.hh"

#include "tests/scenario/files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view text =
    "id: desk\n"
    "title: a desk phone\n"
    "vendors: [yealink]\n"
    "capabilities: [register, call]\n"
    "handset:\n"
    "  interface: eth1\n"
    "  mac: 00-15-65-AB-02-03\n"
    "  vendor: Yealink\n"
    "  model: SIP-T46G\n"
    "  firmware: 28.83.0.50\n"
    "  power: {off: [snmpset, \"{{env:SWITCH}}\"], on: [snmpset, up]}\n"
    "  user: \"{{env:PHONE_USER}}\"\n"
    "  password: \"{{env:PHONE_PASSWORD}}\"\n"
    "  call_home: [rps.yealink.com]\n"
    "  settles: 20 s\n"
    "  requests:\n"
    "    dial: {get: \"http://{{address}}/servlet?key=number={{number}}\"}\n"
    "    hold: {post: \"http://{{address}}/x\", body: \"<Hold/>\", content_type: text/xml}\n"
    "files:\n"
    "  \"{{mac}}.cfg\": \"{{complete}}\"\n";

struct HandsetFile : ::testing::Test {
    Device load(std::string_view content) {
        return load_device(folder_.write("devices/desk.yaml", content));
    }
    std::vector<std::string> faults(std::string_view from, std::string_view to) {
        const auto file = folder_.write("devices/desk.yaml", test::changed(text, from, to));
        return test::faults_of(folder_, [&] { load_device(file); });
    }
    test::Folder folder_;
};

TEST(Handset, HasTheFirmwareThatItNamesAndNoneWithItsLetters) {
    for (const auto* said : {"Yealink SIP-T46G 28.83.0.5", "x/28.83.0.5 001565", "V28.83.0.5",
                             "UC_28.83.0.5-sip", "28.83.0.50 28.83.0.5", "28.83.0.5."})
        EXPECT_TRUE(names_version(said, "28.83.0.5")) << said;
    for (const auto* said : {"SIP-T46G 28.83.0.50", "128.83.0.5", "1.28.83.0.5", "28.83.0.5.1",
                             "28.83.0.5b", "", "28"})
        EXPECT_FALSE(names_version(said, "28.83.0.5")) << said;
    EXPECT_TRUE(names_version("Mitel 6867i RC2", "rc2"));
    EXPECT_TRUE(names_version("anything", "")) << "any";
    EXPECT_TRUE(names_version("", "")) << "any";
}

TEST_F(HandsetFile, IsFlashedByAStepWhereItsOwnFirmwareCanBeGivenBack) {
    const Scenario scenario;
    Step step;
    step.action = ActionKind::flash;
    step.target = "1.0.7";
    auto device = load(text);
    const auto has = [&](const char* own, std::vector<std::string> images) {
        auto handset = *device.handset;
        handset.firmware = own;
        for (const auto& version : images) handset.firmwares[version] = version + ".img";
        device.handset = std::make_shared<Handset>(handset);
        return unfit_for(device, scenario, step);
    };
    EXPECT_THAT(has("1.0.8", {}), HasSubstr("names no firmware 1.0.7"));
    EXPECT_THAT(has("1.0.8", {"1.0.7"}), HasSubstr("its own firmware back"));
    EXPECT_THAT(has("", {"1.0.7"}), HasSubstr("its own firmware back"));
    EXPECT_EQ(has("1.0.8", {"1.0.7", "1.0.8"}), "");
    step.action = ActionKind::look;
    step.target = "error messages";
    EXPECT_THAT(unfit_for(device, scenario, step), HasSubstr("cannot see"));
}

TEST_F(HandsetFile, IsRead) {
    const auto device = load(text);
    ASSERT_TRUE(device.handset);
    const auto& handset = *device.handset;
    EXPECT_EQ(handset.mac, "00:15:65:ab:02:03");
    EXPECT_EQ(handset.protocol, Handset::Protocol::http);
    EXPECT_EQ(handset.power, Handset::PowerBy::command);
    EXPECT_THAT(handset.power_on, ElementsAre("snmpset", "up"));
    EXPECT_EQ(handset.requests.at("hold").method, HandsetRequest::Method::post);
    EXPECT_EQ(handset.requests.at("hold").body, "<Hold/>");
    EXPECT_TRUE(device.knows("dial"));
    EXPECT_FALSE(device.knows("answer"));
    EXPECT_TRUE(device.can("single")) << "there is only one of it";
    EXPECT_EQ(device.boot, 120s);
    EXPECT_EQ(handset.settles, 20s);
    EXPECT_EQ(identity_of(handset), "Yealink SIP-T46G, firmware 28.83.0.50, 00:15:65:ab:02:03");
    EXPECT_EQ(missing_of(handset), "");
}

TEST_F(HandsetFile, LeavesInterfaceAndAddressToTheCommandLine) {
    auto device = load(test::changed(test::changed(text, "  interface: eth1\n", ""),
                                     "  mac: 00-15-65-AB-02-03\n", ""));
    EXPECT_THAT(missing_of(*device.handset), HasSubstr("--interface"));
    device = plugged_in(device, "eth7", "", "");
    EXPECT_THAT(missing_of(*device.handset), HasSubstr("--mac"));
    device = plugged_in(device, "", "0015.65ab0203", "");
    EXPECT_EQ(device.handset->mac, "") << "no such signs between the digits";
    device = plugged_in(device, "", "001565ab0203", "1.0.8");
    EXPECT_EQ(device.handset->mac, "00:15:65:ab:02:03");
    EXPECT_EQ(device.handset->interface, "eth7");
    EXPECT_EQ(device.handset->firmware, "1.0.8");
}

TEST_F(HandsetFile, SaysHowItIsGivenItsFirmwareMadeToForgetAndRead) {
    constexpr std::string_view last = "  settles: 20 s\n";
    const auto device =
        load(test::changed(text, last,
                           "  memory: forgets\n"
                           "  factory_reset: {command: [reset, it]}\n"
                           "  firmwares: {1.0.7: old.img, 1.0.8: /images/new.img}\n"
                           "  display:\n"
                           "    error messages: {get: \"http://{{address}}/screen\", through: "
                           "[read, \"{{file}}\"]}\n"));
    const auto& handset = *device.handset;
    EXPECT_TRUE(handset.forgets);
    EXPECT_EQ(handset.reset, Handset::ResetBy::command);
    EXPECT_THAT(handset.reset_command, ElementsAre("reset", "it"));
    EXPECT_EQ(handset.firmwares.at("1.0.7"), folder_.path() / "devices" / "old.img");
    EXPECT_EQ(handset.firmwares.at("1.0.8"), "/images/new.img");
    EXPECT_THAT(missing_of(handset), HasSubstr("old.img, and there is no such file"));
    EXPECT_THAT(handset.display.at("error messages").through, ElementsAre("read", "{{file}}"));
    EXPECT_FALSE(load(text).handset->forgets);
    EXPECT_EQ(load(text).handset->reset, Handset::ResetBy::nobody);
    const auto wrong = [&](std::string_view line) { return faults(last, line); };
    EXPECT_THAT(wrong("  memory: none\n"), ElementsAre(HasSubstr("allowed are keeps, forgets")));
    EXPECT_THAT(wrong("  factory_reset: {by: request}\n"),
                ElementsAre(HasSubstr("wants the request factory_reset")));
    EXPECT_THAT(wrong("  factory_reset: {by: person, command: [x]}\n"),
                ElementsAre(HasSubstr("exactly one of command")));
    EXPECT_THAT(wrong("  server: tftp\n  firmwares: {1.0.7: old.img}\n"),
                ElementsAre(HasSubstr("want a server of http or https")));
    EXPECT_THAT(wrong("  display: {error pages: {by: person}}\n"),
                ElementsAre(HasSubstr("allowed are error messages")));
    EXPECT_THAT(wrong("  display: {error messages: {by: person, get: \"http://a/\"}}\n"),
                ElementsAre(HasSubstr("what a person reads is not fetched")));
}

TEST_F(HandsetFile, IsToldWhatIsWrongInIt) {
    EXPECT_THAT(faults("00-15-65-AB-02-03", "00:15:65"),
                ElementsAre(HasSubstr("desk.yaml:7: \"00:15:65\" is no MAC address; allowed are")));
    EXPECT_THAT(faults("  model: SIP-T46G\n", ""), ElementsAre(HasSubstr("model")));
    EXPECT_THAT(faults("on: [snmpset, up]", "up: [snmpset]"),
                ::testing::Contains(HasSubstr("unknown key in power \"up\"")));
    EXPECT_THAT(
        faults("power: {off: [snmpset, \"{{env:SWITCH}}\"], on: [snmpset, up]}",
               "power: {off: [snmpset]}"),
        ElementsAre(HasSubstr("desk.yaml:11: power wants a command for each of off and on")));
    EXPECT_THAT(faults("power: {off: [snmpset, \"{{env:SWITCH}}\"], on: [snmpset, up]}",
                       "power: {by: request}"),
                ElementsAre(HasSubstr("wants the request reboot")));
    EXPECT_THAT(faults("power: {off: [snmpset, \"{{env:SWITCH}}\"], on: [snmpset, up]}",
                       "power: {by: person, on: [x]}"),
                ElementsAre(HasSubstr("by: person has not")));
    EXPECT_THAT(faults("hold: {post:", "hold: {patch:"),
                ::testing::Contains(HasSubstr("exactly one of get and post")));
    EXPECT_THAT(faults("    dial:", "    dail:"), ElementsAre(HasSubstr("did you mean \"dial\"")));
    EXPECT_THAT(faults("\"http://{{address}}/x\"", "\"{{address}}/x\""),
                ElementsAre(HasSubstr("is no URL")));
    EXPECT_THAT(faults("files:\n", "start: [phone]\nfiles:\n"),
                ElementsAre(HasSubstr("start is for programs; a handset has none")));
}

}  // namespace
}  // namespace twinline::scenario
