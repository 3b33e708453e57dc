// Configuration servers in topologies and what a timeline can do to them.
#include "rig/scenario/catalogue.hh"
#include "tests/scenario/files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace twinline::scenario {
namespace {

using test::changed;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view servers = R"(configuration_servers:
  first: {address: 192.0.2.31}
  second: {address: 192.0.2.32, files: [common.cfg]}
configuration:
  protocol: http
  files:
    common.cfg: |
      a = 1
    MAC.cfg: b = 2
)";

class ConfigurationServers : public ::testing::Test {
  protected:
    Topology topology(std::string_view from = {}, std::string_view to = {}) {
        const auto block = from.empty() ? std::string(servers) : changed(servers, from, to);
        return load_topology(
            folder_.write("topologies/pair.yaml", std::string(test::topology_text) + block));
    }

    std::vector<std::string> faults_of(std::string_view from, std::string_view to) {
        return test::faults_of(folder_, [&] { topology(from, to); });
    }

    Step first_step(std::string_view action, const Topology& topology) {
        const auto text =
            changed(test::scenario_text, "do: silence primary", "do: " + std::string(action));
        const auto file = folder_.write("scenarios/generic/register/move.yaml", text);
        return load_scenario(file, topology).steps.front();
    }

    std::vector<std::string> faults_of_step(std::string_view action, const Topology& topology) {
        return test::faults_of(folder_, [&] { first_step(action, topology); });
    }

    static std::string at_step(std::string_view text) {
        return "scenarios/generic/register/move.yaml:17: " + std::string(text);
    }

    test::Folder folder_;
};

TEST_F(ConfigurationServers, AreHostsWithFiles) {
    const auto t = topology();
    ASSERT_TRUE(t.has_configuration_servers());
    const auto* first = t.find("first");
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->runs, HostRuns::configuration);
    EXPECT_EQ(first->port, 80);
    EXPECT_EQ(t.configuration.protocol, "http");
    ASSERT_NE(t.file_of(*first, "/common.cfg"), nullptr);
    EXPECT_EQ(*t.file_of(*first, "common.cfg"), "a = 1\n");
    EXPECT_EQ(t.file_of(*first, "/other.cfg"), nullptr);
    EXPECT_EQ(t.file_of(*first, "/"), nullptr);
}

TEST_F(ConfigurationServers, HaveEachPhonesOwnFile) {
    const auto t = topology();
    const auto& first = *t.find("first");
    EXPECT_NE(t.file_of(first, "/020012ABcdef.cfg"), nullptr);
    EXPECT_EQ(t.file_of(first, "/020012abcde.cfg"), nullptr) << "eleven digits";
    EXPECT_EQ(t.file_of(first, "/020012abcdeg.cfg"), nullptr);
    EXPECT_EQ(t.file_of(*t.find("second"), "/020012abcdef.cfg"), nullptr) << "not in its list";
}

TEST_F(ConfigurationServers, HaveThePortOfTheirProtocol) {
    EXPECT_EQ(topology("http", "https").find("first")->port, 443);
    EXPECT_EQ(topology("http", "ftp").find("first")->port, 21);
    EXPECT_EQ(topology("http", "tftp").find("first")->port, 69);
    EXPECT_EQ(topology("http", "http\n  port: 8080").find("first")->port, 8080);
    EXPECT_FALSE(load_topology(folder_.write("topologies/pair.yaml", test::topology_text))
                     .has_configuration_servers());
}

TEST_F(ConfigurationServers, TellTheirFaults) {
    EXPECT_THAT(faults_of("[common.cfg]", "[comon.cfg]"),
                ElementsAre("topologies/pair.yaml:14: unknown file \"comon.cfg\", did you mean "
                            "\"common.cfg\"?; allowed are MAC.cfg, common.cfg"));
    EXPECT_THAT(faults_of("protocol: http", "protocol: gopher"),
                ElementsAre("topologies/pair.yaml:16: unknown protocol \"gopher\"; allowed are "
                            "http, https, ftp, tftp"));
    EXPECT_THAT(faults_of("  first:", "  primary:"),
                ElementsAre("topologies/pair.yaml:13: role \"primary\" is no name, or a host has "
                            "it; allowed are a-z, 0-9 and hyphens, and not \"any\""));
    EXPECT_THAT(faults_of("MAC.cfg", "../MAC.cfg"),
                ElementsAre("topologies/pair.yaml:20: file \"../MAC.cfg\" is no name; allowed are "
                            "letters, digits, hyphens, underscores and full stops"));
    EXPECT_THAT(faults_of("192.0.2.32", "192.0.2.11"),
                ElementsAre("topologies/pair.yaml:14: address 192.0.2.11 is used twice; allowed is "
                            "each address once"));
}

TEST_F(ConfigurationServers, CanBeMadeToFail) {
    const auto t = topology();
    for (const auto* text :
         {"silence first", "refuse first", "reject first 404", "slow first 800 ms",
          "cut first 1000", "stall first 0", "truncate first 500", "unreachable first",
          "link down first", "address gone first"}) {
        const auto step = first_step(text, t);
        EXPECT_EQ(to_text(step), text);
        EXPECT_EQ(step.target, "first");
    }
    EXPECT_EQ(first_step("cut first 1000", t).treatment.octets, 1000U);
    EXPECT_EQ(first_step("reject first 503", t).treatment.status, 503U);
    const auto secure = topology("http", "https");
    EXPECT_EQ(to_text(first_step("wrong certificate second", secure)), "wrong certificate second");
    EXPECT_EQ(to_text(first_step("wrong certificate primary expired", t)),
              "wrong certificate primary expired");
    EXPECT_FALSE(first_step("wrong certificate primary foreign", t).treatment.expired);
    EXPECT_EQ(first_step("reject first 1", topology("http", "tftp")).treatment.status, 1U);
    EXPECT_EQ(first_step("stall primary", t).treatment.octets, std::nullopt) << "of SIP";
}

TEST_F(ConfigurationServers, CannotDoWhatTheirProtocolHasNot) {
    const auto t = topology();
    EXPECT_THAT(faults_of_step("wrong certificate first", t),
                ElementsAre(at_step("only a server of https shows a certificate")));
    EXPECT_THAT(faults_of_step("wrong certificate primary stolen", t),
                ElementsAre(::testing::HasSubstr("foreign or expired after the host")));
    EXPECT_THAT(faults_of_step("cut first", t),
                ElementsAre(at_step(
                    "octets \"\" is not allowed; allowed is a whole number from 0 to 10000000")));
    EXPECT_THAT(
        faults_of_step("reject first 8", topology("http", "tftp")),
        ElementsAre(at_step("code \"8\" is not allowed; allowed is a whole number from 0 to 7")));
    EXPECT_THAT(faults_of_step("crash first", t),
                ElementsAre(::testing::HasSubstr("host \"first\" cannot be made to crash")));
    EXPECT_THAT(faults_of_step("reject first 503 REGISTER", t), ::testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace twinline::scenario
