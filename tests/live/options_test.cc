// The command line: each option reaches its place, and what does not fit is a usage error that
// names it.
#include "reference_impl/live/options.hh"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::live {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

PhoneOptions parse(const std::string& line) {
    PhoneOptions options;
    CLI::App app;
    add_phone_options(app, options);
    app.parse(line);
    return options;
}

std::string error_of(const std::string& line) {
    try {
        parse(line);
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
    return "(taken)";
}

TEST(PhoneOptions, reach_their_places) {
    const auto options = parse(
        "--config a.cfg --vendor yealink --address 192.0.2.9 --seed 18446744073709551615 "
        "--reading one=1 --reading two=a=b --model T21P --firmware 80 --mutant m --strict-config "
        "--power-on");
    EXPECT_EQ(options.config_file, "a.cfg");
    EXPECT_EQ(options.vendor, config::Vendor::yealink);
    EXPECT_EQ(options.address, wire::parse_ipv4("192.0.2.9"));
    EXPECT_EQ(options.seed, 18446744073709551615U);
    EXPECT_THAT(options.readings, UnorderedElementsAre(Pair("one", "1"), Pair("two", "a=b")));
    EXPECT_EQ(options.mutant, "m");
    EXPECT_EQ(options.device.model, "T21P");
    EXPECT_EQ(options.device.firmware, 80U);
    EXPECT_TRUE(options.strict_config);
    EXPECT_TRUE(options.power_on);
}

TEST(PhoneOptions, may_say_that_there_is_no_name_server) {
    PhoneOptions options;
    CLI::App app;
    add_phone_options(app, options);
    std::vector<const char*> words{"phone", "--config", "a.cfg", "--dns", "", "--power-on"};
    app.parse(static_cast<int>(words.size()), words.data());
    EXPECT_TRUE(options.dns_servers.empty());
    EXPECT_TRUE(options.power_on);
    EXPECT_EQ(parse("--config a.cfg --dns 192.0.2.2").dns_servers.size(), 1U);
    EXPECT_THAT(error_of("--config a --dns pbx.test"), HasSubstr("--dns"));
}

TEST(PhoneOptions, default_to_a_generic_phone_that_waits) {
    const auto options = parse("--config a.cfg");
    EXPECT_EQ(options.vendor, config::Vendor::generic);
    EXPECT_FALSE(options.address);
    EXPECT_FALSE(options.seed);
    EXPECT_FALSE(options.strict_config);
    EXPECT_FALSE(options.power_on);
}

TEST(PhoneOptions, refuse_what_does_not_fit_by_name) {
    EXPECT_THAT(error_of(""), HasSubstr("--config"));
    EXPECT_THAT(error_of("--config a --vendor snom"), HasSubstr("snom: permitted are generic"));
    EXPECT_THAT(error_of("--config a --address 1.2.3"), HasSubstr("--address"));
    EXPECT_THAT(error_of("--config a --reading x"), HasSubstr("ID=VALUE"));
    EXPECT_THAT(error_of("--config a --seed -1"), HasSubstr("--seed"));
    EXPECT_THAT(error_of("--config a --ca /no/such.pem"), HasSubstr("/no/such.pem"));
    EXPECT_THAT(error_of("--config a --firmware x"), HasSubstr("--firmware"));
    EXPECT_THAT(error_of("--config a --volume 3"), HasSubstr("--volume"));
}

}  // namespace
}  // namespace twinline::live
