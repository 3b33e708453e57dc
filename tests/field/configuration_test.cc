// Without its configuration a phone is measured by what the capture tells of it. What it was told
// must be found, and a phone that conforms must not be blamed for what nobody gave us, or for
// another one's file.
#include "rig/field/told.hh"
#include "tests/field/virtual_capture.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace twinline::test {
namespace {

std::vector<field::Explanation> without_configuration(const scenario::Scenario& scenario) {
    field::Wanted wanted;
    wanted.settings.vendor = scenario.vendor;
    if (!is_whole()) {  // where it does not go along, enough to see that nobody is blamed early
        wanted.answers = {600, 400'000};
        wanted.defects = {300, 100'000};
    }
    return field::explain(capture_of(scenario, {}, 5), catalogue(), wanted);
}

struct Told {
    std::string scenario, parameter, value;
};

class AParameter : public testing::TestWithParam<Told> {};

TEST_P(AParameter, IsFoundInWhatThePhoneDid) {
    const auto& [id, name, value] = GetParam();
    const auto all = without_configuration(catalogue().scenarios.at(id));
    ASSERT_FALSE(all.empty());
    const auto& told = all.front();
    EXPECT_EQ(told.outcome, field::Outcome::conforms) << field::as_text(told);
    const auto& parameters = told.settings.parameters;
    const auto found = std::ranges::find(parameters, name, &field::Parameter::name);
    ASSERT_NE(found, parameters.end()) << field::as_text(told);
    EXPECT_EQ(found->value, value);
}

// Each is none that the phone has by default.
INSTANTIATE_TEST_SUITE_P(
    OfTheCatalogue, AParameter,
    testing::Values(
        Told{"yealink/register/retry-counts/count-6", "account.1.sip_server.1.retry_counts", "6"},
        Told{"yealink/config/sip-timers/t1-2", "sip.timer_t1", "2.000"},
        Told{"yealink/failback/dnsttl", "account.1.sip_server.1.failback_mode", "1"},
        Told{"yealink/failback/clamp", "account.1.sip_server.1.failback_mode", "3"},
        Told{"yealink/fallback/successive-dies-registered", "account.1.sip_server.2.address",
             "192.0.2.12"},
        Told{"yealink/invite/registers-first", "account.1.sip_server.1.register_on_enable", "1"},
        Told{"yealink/dns/port-zero-udp", "account.1.sip_server.1.transport_type", "0"},
        Told{"generic/outbound/no-pong", "account.1.outbound", "1"}),
    [](const auto& info) {
        auto name = info.param.scenario;
        std::ranges::replace_if(
            name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
        return name;
    });

std::string told_of(const std::vector<field::Explanation>& all) {
    std::string text;
    for (const auto& each : all) text += field::as_text(each);
    return text;
}

TEST(AConfiguration, OfAnotherPhoneSaysNothingOfThisOne) {
    const auto capture = capture_of(
        catalogue().scenarios.at("generic/register/boot-failover-silent-primary"), {}, 5);
    auto another = catalogue().scenarios.at("generic/register/boot-failover-silent-primary");
    for (std::size_t at = 0; (at = another.config.find("pbx.test", at)) != std::string::npos;)
        another.config.replace(at, 8, "sip.example");
    const auto all = explained(capture, another);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().outcome, field::Outcome::unjudged) << told_of(all);
    EXPECT_NE(all.front().reason.find("names sip.example, and this phone registers 1001@pbx.test"),
              std::string::npos)
        << told_of(all);
}

TEST(AConfiguration, IsToldWhereItActsOtherwiseThanItSays) {
    auto scenario = catalogue().scenarios.at("yealink/failback/clamp");
    const auto capture = capture_of(scenario, {}, 5);
    scenario.config += "account.1.sip_server.1.failback_timeot = 30\n";
    EXPECT_NE(told_of(explained(capture, scenario))
                  .find("is account.1.sip_server.1.failback_timeout meant?"),
              std::string::npos);
}

TEST(APhoneWithoutItsConfiguration, ThatConformsIsNotBlamed) {
    const std::size_t one_in = is_whole() ? 1 : 16;
    std::size_t number = 0, conform = 0, others = 0;
    for (const auto& [id, scenario] : catalogue().scenarios) {
        if ((scenario.vendor != "generic" && scenario.vendor != "yealink") ||
            number++ % one_in != 0)
            continue;
        for (const auto& told : without_configuration(scenario)) {
            if (told.phone.lines.empty()) continue;  // who does not register cannot be measured
            EXPECT_FALSE(told.divergence.has_value()) << id << ":\n" << field::as_text(told);
            ++(told.outcome == field::Outcome::conforms ? conform : others);
        }
    }
    std::cout << conform << " conform, " << others << " cannot be judged\n";
    EXPECT_GT(conform, is_whole() ? 4 * others : others);
}

// Of a user that no configuration can hold.
TEST(APhoneWithoutItsConfiguration, ThatCannotBeConfiguredIsToldAndNoMore) {
    auto capture = capture_of(catalogue().scenarios.at("generic/register/boot"), {}, 5);
    for (auto& sighting : capture.sightings)
        for (auto& [name, value] : sighting.event.fields)
            if (name == "to_uri" || name == "from_uri") value = "sip:1 0 0 1@pbx.test";
    const auto all = field::explain(capture, catalogue(), {});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().outcome, field::Outcome::unjudged);
    EXPECT_NE(all.front().reason.find("no configuration can be made"), std::string::npos)
        << all.front().reason;
}

// Its server has no name in the capture, and no record that leads to it was asked for.
TEST(APhoneWithoutItsConfiguration, ThatHasItsServersFromThereCannotBeJudged) {
    const auto all =
        without_configuration(catalogue().scenarios.at("yealink/static-dns/srv-record"));
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.front().outcome, field::Outcome::unjudged) << field::as_text(all.front());
    EXPECT_NE(all.front().reason.find("its configuration does"), std::string::npos);
}

}  // namespace
}  // namespace twinline::test
