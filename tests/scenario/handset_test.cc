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
