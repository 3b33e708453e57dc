// The loaders of topologies, clauses, readings and devices: what a good file means, and what a bad
// one is told.
#include "rig/scenario/catalogue.hh"
#include "tests/scenario/files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using test::changed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Loaders : public ::testing::Test {
  protected:
    test::Folder folder_;
};

TEST_F(Loaders, ReadATopologyWithItsDefaults) {
    Topology t = load_topology(folder_.write("topologies/pair.yaml", test::topology_text));
    EXPECT_EQ(t.id, "pair");
    EXPECT_EQ(t.domain, "pbx.test");
    ASSERT_EQ(t.hosts.size(), 3U);
    ASSERT_NE(t.find("secondary"), nullptr);
    EXPECT_EQ(t.find("secondary")->address, "192.0.2.12");
    EXPECT_EQ(t.find("secondary")->runs, HostRuns::kamailio);
    EXPECT_EQ(t.find("dns")->runs, HostRuns::dns);
    EXPECT_EQ(t.find("tertiary"), nullptr);
    EXPECT_THAT(t.zone, HasSubstr("$ORIGIN pbx.test.\n@ IN SOA"));
    EXPECT_EQ(t.zone_line, 8U);
    ASSERT_EQ(t.users.size(), 1U);
    EXPECT_EQ(t.users[0].name, "1001");
    EXPECT_EQ(t.users[0].password, "secret");
    EXPECT_EQ(t.users[0].login, "1001");
    EXPECT_EQ(t.grants_expires, 600U);
    EXPECT_EQ(t.subjects.at("device").phone, "198.51.100.100");
    EXPECT_EQ(t.subjects.at("device").probe, "198.51.100.110");
    EXPECT_EQ(t.subjects.at("twin").phone, "198.51.100.101");
    EXPECT_EQ(t.subjects.at("twin").probe, "198.51.100.111");
    EXPECT_EQ(t.unkeyed_probe, "198.51.100.120");
}

TEST_F(Loaders, ReadWhoTakesPartInOutbound) {
    auto text = test::changed(test::topology_text, "192.0.2.11,",
                              "192.0.2.11, outbound: true, flow_timer: 30 s, service_route: true,");
    Topology t = load_topology(folder_.write("topologies/pair.yaml", text));
    EXPECT_TRUE(t.find("primary")->outbound);
    EXPECT_EQ(t.find("primary")->flow_timer, 30U);
    EXPECT_TRUE(t.find("primary")->service_route);
    EXPECT_FALSE(t.find("secondary")->outbound || t.find("secondary")->service_route);
    EXPECT_EQ(t.find("secondary")->flow_timer, std::nullopt);
}

TEST_F(Loaders, ReadTheAddressesOfSubjects) {
    std::string text(test::topology_text);
    text += "subjects: {device: {phone: 10.0.0.1}}\nunkeyed_probe: 10.0.0.3\n";
    Topology t = load_topology(folder_.write("topologies/pair.yaml", text));
    EXPECT_EQ(t.subjects.at("device").phone, "10.0.0.1");
    EXPECT_EQ(t.subjects.at("device").probe, "198.51.100.110");
    EXPECT_EQ(t.unkeyed_probe, "10.0.0.3");
}

TEST_F(Loaders, ReadClausesAndReadings) {
    std::vector<Clause> clauses = load_clauses(folder_.write("clauses.yaml", test::clauses_text));
    ASSERT_EQ(clauses.size(), 3U);
    EXPECT_EQ(clauses[0].document, "RFC 3261 17.1");
    EXPECT_EQ(clauses[0].level, Level::must);
    EXPECT_EQ(clauses[0].place.line, 3U);
    EXPECT_EQ(clauses[1].document, "RFC 3261 10");
    EXPECT_EQ(clauses[1].level, Level::should);
    EXPECT_THAT(clauses[1].readings, ElementsAre("count"));
    EXPECT_EQ(clauses[2].document, "RFC 3263 4");
    EXPECT_EQ(clauses[2].level, Level::observed);
    EXPECT_EQ(clauses[2].kind, "limitation");
    EXPECT_EQ(clauses[2].argued, "no phone does");

    std::vector<Reading> readings = load_readings(folder_.write("r.yaml", test::readings_text));
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].id, "count");
    ASSERT_EQ(readings[0].values.size(), 2U);
    EXPECT_EQ(readings[0].values[1].meaning, "without the first");
    EXPECT_EQ(readings[0].fallback, "repeats");
    EXPECT_THAT(readings[0].clauses, ElementsAre("C-2"));
}

constexpr std::string_view parameters_text = R"(document: A guide
clauses:
  - {id: P-1, section: "1", level: must, kind: parameter, statement: a time, parameter: {name: a.X, default: 60, min: 30, max: 2147483647}}
  - {id: P-2, section: "1", level: must, kind: parameter, statement: a name, parameter: {name: b.X, length: 32}}
  - {id: P-3, section: "1", level: must, kind: parameter, statement: of later firmware}
)";

TEST_F(Loaders, ReadTheNumbersOfParameters) {
    std::vector<Clause> clauses = load_clauses(folder_.write("clauses.yaml", parameters_text));
    ASSERT_EQ(clauses.size(), 3U);
    ASSERT_TRUE(clauses[0].parameter);
    EXPECT_EQ(clauses[0].parameter->name, "a.X");
    EXPECT_EQ(clauses[0].parameter->fallback, 60U);
    EXPECT_EQ(clauses[0].parameter->min, 30U);
    EXPECT_EQ(clauses[0].parameter->max, 2147483647U);
    EXPECT_EQ(clauses[0].parameter->length, std::nullopt);
    ASSERT_TRUE(clauses[1].parameter);
    EXPECT_EQ(clauses[1].parameter->fallback, std::nullopt);
    EXPECT_EQ(clauses[1].parameter->length, 32U);
    EXPECT_FALSE(clauses[2].parameter);
}

TEST_F(Loaders, ReadADevice) {
    Device d = load_device(folder_.write("devices/soft.yaml", test::device_text));
    EXPECT_EQ(d.id, "soft");
    EXPECT_THAT(d.vendors, ElementsAre("generic"));
    EXPECT_THAT(d.capabilities, ElementsAre("register"));
    ASSERT_EQ(d.needs.size(), 1U);
    EXPECT_EQ(d.needs[0].remedy, "apt-get install soft");
    EXPECT_EQ(d.files.at("config"), "user {{account.1.user}}\n");
    EXPECT_THAT(d.start, ElementsAre("soft", "-f", "{{dir}}"));
    EXPECT_EQ(d.stop_signal, "INT");
    EXPECT_EQ(d.boot, 1500ms);
}

TEST_F(Loaders, ReadTheCommandsOfADevice) {
    const auto text = std::string(test::device_text) + "commands: {dial: [tell, \"{{number}}\"]}\n";
    Device d = load_device(folder_.write("devices/soft.yaml", text));
    EXPECT_THAT(d.commands.at("dial"), ElementsAre("tell", "{{number}}"));
}

TEST_F(Loaders, ReadWhatIsTypedForADevice) {
    const auto text = std::string(test::device_text) + "commands: {dial: \"call {{number}}\"}\n";
    const Device d = load_device(folder_.write("devices/soft.yaml", text));
    EXPECT_EQ(d.typed.at("dial"), "call {{number}}");
    EXPECT_TRUE(d.commands.empty());
    EXPECT_TRUE(d.knows("dial"));
    EXPECT_FALSE(d.knows("hold"));
}

TEST_F(Loaders, ReadWhatADeviceCannot) {
    const auto text = std::string(test::device_text) +
                      "cannot: {generic/register/move: it stays, call and dns: it is mute}\n";
    const Device d = load_device(folder_.write("devices/soft.yaml", text));
    ASSERT_EQ(d.cannot.size(), 2U);
    EXPECT_EQ(d.cannot[1].why, "it is mute");
    const auto concerned = [&](std::size_t which, std::string id) {
        Scenario scenario;
        scenario.id = std::move(id);
        scenario.tags = {"call", "dns"};
        return d.cannot[which].concerns(scenario);
    };
    EXPECT_TRUE(concerned(0, "generic/register/move"));
    EXPECT_TRUE(concerned(0, "generic/register/move/count-3")) << "one of a sweep";
    EXPECT_FALSE(concerned(0, "generic/register/move-on")) << "an id is no part of another";
    EXPECT_TRUE(concerned(1, "anything"));
}

enum class FileKind { topology, clauses, parameters, readings, device };

struct FileFault {
    FileKind kind;
    std::string_view from, to;
    std::string_view told;
};

void PrintTo(const FileFault& bad, std::ostream* out) { *out << bad.from << " -> " << bad.to; }

class BadFile : public Loaders, public ::testing::WithParamInterface<FileFault> {
  protected:
    std::vector<std::string> faults() {
        const FileFault& bad = GetParam();
        switch (bad.kind) {
            case FileKind::topology:
                return faults("topologies/pair.yaml", test::topology_text, load_topology);
            case FileKind::clauses:
                return faults("clauses.yaml", test::clauses_text, load_clauses);
            case FileKind::parameters:
                return faults("clauses.yaml", parameters_text, load_clauses);
            case FileKind::readings:
                return faults("readings.yaml", test::readings_text, load_readings);
            case FileKind::device:
                return faults("devices/soft.yaml", test::device_text, load_device);
        }
        return {};
    }

  private:
    template <typename Load>
    std::vector<std::string> faults(std::string_view name, std::string_view text, Load load) {
        std::string bad = changed(text, GetParam().from, GetParam().to);
        std::filesystem::path file = folder_.write(name, bad);
        return test::faults_of(folder_, [&] { load(file); });
    }
};

TEST_P(BadFile, IsToldWhatIsWrongAndWhatIsAllowed) {
    EXPECT_THAT(faults(), ElementsAre(std::string(GetParam().told)));
}

INSTANTIATE_TEST_SUITE_P(
    Topology, BadFile,
    ::testing::Values(
        FileFault{
            FileKind::topology, "id: pair", "id: pare",
            "topologies/pair.yaml:1: id \"pare\" does not match the file pair.yaml; allowed is the "
            "path below "
            "topologies without .yaml"},
        FileFault{FileKind::topology, "domain: pbx.test\n", "",
                  "topologies/pair.yaml:1: a topology lacks the key \"domain\", which is required"},
        FileFault{
            FileKind::topology, "192.0.2.11", "192.0.2.256",
            "topologies/pair.yaml:4: address \"192.0.2.256\" is no IPv4 address; allowed is a "
            "dotted one, as "
            "192.0.2.11"},
        FileFault{
            FileKind::topology, "192.0.2.12", "192.0.2.11",
            "topologies/pair.yaml:5: address 192.0.2.11 is used twice; allowed is each address "
            "once"},
        FileFault{
            FileKind::topology, "192.0.2.12", "198.51.100.100",
            "topologies/pair.yaml:1: address 198.51.100.100 is used twice; allowed is each address "
            "once"},
        FileFault{
            FileKind::topology, "192.0.2.11,", "192.0.2.11, flow_timer: 30 s,",
            "topologies/pair.yaml:4: only a registrar tells a flow_timer; allowed is one beside "
            "outbound: true of a host that runs kamailio"},
        FileFault{FileKind::topology, "domain: pbx.test\n", "domain: pbx.test\nlocation: common\n",
                  "topologies/pair.yaml:3: unknown location \"common\"; allowed are separate, "
                  "shared"},
        FileFault{FileKind::topology, "runs: dns", "runs: dns, service_route: true",
                  "topologies/pair.yaml:6: only a registrar tells a service_route; allowed is one "
                  "of a host that runs kamailio"},
        FileFault{FileKind::topology, "192.0.2.11,", "192.0.2.11, outbound: maybe,",
                  "topologies/pair.yaml:4: unknown outbound \"maybe\"; allowed are true, false"},
        FileFault{
            FileKind::topology, "runs: dns", "runs: dns, outbound: true",
            "topologies/pair.yaml:6: a name server has no flows; allowed is outbound of a host "
            "that runs kamailio or proxy"},
        FileFault{
            FileKind::topology, "  secondary:", "  primary:",
            "topologies/pair.yaml:5: duplicate key \"primary\" in hosts; allowed is each key once"},
        FileFault{
            FileKind::topology, "  dns:", "  any:",
            "topologies/pair.yaml:6: role \"any\" is no name; allowed are a-z, 0-9 and hyphens, "
            "and not \"any\""},
        FileFault{
            FileKind::topology, "10 min", "1.5 s",
            "topologies/pair.yaml:11: grants is no whole number of seconds, which is what Expires "
            "holds; allowed are "
            "0 s and more"},
        FileFault{FileKind::topology, "password: secret}",
                  "password: secret}, {name: \"1001\", password: x}",
                  "topologies/pair.yaml:10: user \"1001\" is there twice; allowed is once"},
        FileFault{FileKind::topology, "grants:", "subjects: {probe: {}}\ngrants:",
                  "topologies/pair.yaml:11: unknown key in subjects \"probe\"; allowed are device, "
                  "twin"}));

INSTANTIATE_TEST_SUITE_P(
    Statements, BadFile,
    ::testing::Values(
        FileFault{
            FileKind::clauses, "level: must", "level: most",
            "clauses.yaml:3: unknown level \"most\", did you mean \"must\"?; allowed are must, "
            "should, observed"},
        FileFault{FileKind::clauses, "id: C-2", "id: C-1",
                  "clauses.yaml:4: clause \"C-1\" is there twice; allowed is each id once"},
        FileFault{
            FileKind::clauses, "kind: limitation", "kind: limit",
            "clauses.yaml:5: unknown kind \"limit\"; allowed are behaviour, parameter, limitation, "
            "example"},
        FileFault{
            FileKind::clauses, "statement: repeats", "statment: repeats, statement: repeats",
            "clauses.yaml:3: unknown key in a clause \"statment\", did you mean \"statement\"?; "
            "allowed are id, "
            "document, section, level, kind, statement, argued, readings, parameter"},
        FileFault{
            FileKind::parameters, "kind: parameter, statement: a time",
            "kind: behaviour, statement: a time",
            "clauses.yaml:3: parameter in a clause of kind behaviour; allowed is kind parameter"},
        FileFault{
            FileKind::parameters, "default: 60", "default: 29",
            "clauses.yaml:3: default \"29\" is not allowed; allowed is a whole number from 30 to "
            "2147483647"},
        FileFault{FileKind::parameters, "name: b.X, length", "length",
                  "clauses.yaml:4: parameter lacks the key \"name\", which is required"},
        FileFault{FileKind::readings, "default: repeats", "default: both",
                  "readings.yaml:7: unknown default \"both\"; allowed are sends, repeats"},
        FileFault{
            FileKind::readings,
            "      - {value: repeats, meaning: without the first}\n    default: repeats",
            "    default: sends",
            "readings.yaml:5: a reading with 1 values; allowed are two or more, or nothing is "
            "open"}));

INSTANTIATE_TEST_SUITE_P(
    Device, BadFile,
    ::testing::Values(
        FileFault{
            FileKind::device, "vendors: [generic]", "vendors: [generic, acme]",
            "devices/soft.yaml:3: unknown vendor \"acme\"; allowed are generic, yealink, aastra, "
            "audiocodes"},
        FileFault{
            FileKind::device, "  config: |", "  ../config: |",
            "devices/soft.yaml:7: file \"../config\" lies outside the working directory; allowed "
            "is a relative name "
            "without \"..\""},
        FileFault{FileKind::device, "start: [soft, -f, \"{{dir}}\"]", "start: []",
                  "devices/soft.yaml:9: start is empty; allowed is at least one item"},
        FileFault{
            FileKind::device, "stop_signal: INT", "stop_signal: SIGINT",
            "devices/soft.yaml:10: unknown stop_signal \"SIGINT\"; allowed are TERM, INT, HUP, "
            "QUIT, KILL"},
        FileFault{
            FileKind::device, "boot: 1.5 s", "boot: -1 s",
            "devices/soft.yaml:11: boot \"-1 s\" is no duration; allowed are ms, s, min and h, as "
            "in \"5 s\""},
        FileFault{
            FileKind::device, "boot: 1.5 s", "boot: 1.5 s\ncommands: {dance: [x]}",
            "devices/soft.yaml:12: unknown command \"dance\"; allowed are unregister, register, "
            "dial, "
            "answer, hang_up, hold, resume, skip, upgrade_firmware"},
        FileFault{FileKind::device, "boot: 1.5 s", "boot: 1.5 s\ncommands: {dial: []}",
                  "devices/soft.yaml:12: dial is empty; allowed is at least one item"},
        FileFault{
            FileKind::device, "boot: 1.5 s", "boot: 1.5 s\ncannot: {call and: mute}",
            "devices/soft.yaml:12: cannot: call and: column 9: the expression ends; allowed here "
            "is a word, not or ("},
        FileFault{FileKind::device, ", remedy: apt-get install soft", "",
                  "devices/soft.yaml:5: a need lacks the key \"remedy\", which is required"}));

TEST_F(Loaders, AllowAnyFileNameOutsideTheirFolder) {
    std::filesystem::path file = folder_.write("record/topology.yaml", test::topology_text);
    EXPECT_THAT(test::faults_of(folder_, [&] { load_topology(file); }), IsEmpty());
}

TEST_F(Loaders, WantACalleeWhoHasANumber) {
    std::string text(test::topology_text);
    text += "callee: alice\n";
    std::filesystem::path file = folder_.write("topologies/pair.yaml", text);
    EXPECT_THAT(test::faults_of(folder_, [&] { load_topology(file); }),
                ElementsAre(HasSubstr("callee \"alice\" is no number; allowed are digits")));
}

}  // namespace
}  // namespace twinline::scenario
