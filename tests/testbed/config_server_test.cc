// Real configuration servers over each protocol: whoever is to meet a fault meets it, and nobody
// else.
#include "rig/testbed/config_server.hh"

#include "rig/testbed/files.hh"
#include "tests/testbed/lab_test.hh"

#include <gmock/gmock.h>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using Kind = scenario::Treatment::Kind;

struct Protocol {
    const char* name;
    std::uint16_t port;
    int fine, missing;  // statuses of a file, and of one that is not there
};

void PrintTo(const Protocol& protocol, std::ostream* out) { *out << protocol.name; }

class ConfigServers : public LabTest, public testing::WithParamInterface<Protocol> {
  protected:
    scenario::Topology topology() const {
        auto made = small_topology();
        made.configuration.protocol = GetParam().name;
        made.configuration.files = {{"MAC.cfg", "own: 1\n"}, {"common.cfg", "all: 1\n"}};
        for (const auto* role : {"first", "second"})
            made.hosts.push_back({role, role == std::string("first") ? "192.0.2.31" : "192.0.2.32",
                                  scenario::HostRuns::configuration, GetParam().port});
        return made;
    }
    std::unique_ptr<Lab> lab() {
        auto made =
            std::make_unique<Lab>(io, topology(), TWINLINE_SOURCE "/fixtures",
                                  [this](const std::string& what) { troubles.push_back(what); });
        await(made->ready());
        return made;
    }
    // What the device's probe meets while it is so treated; others must be served meanwhile.
    ProbeResult meets(Lab& lab, const scenario::Treatment& treatment,
                      Duration deadline = probe_deadline) {
        auto& server = lab.configuration("first");
        server.misbehave(lab.sources("device"), treatment);
        const auto result = await(lab.probe("device", "first", deadline));
        expect_served(lab, "twin", "first");
        expect_served(lab, "unkeyed", "first");
        expect_served(lab, "device", "second");
        server.behave(lab.sources("device"));
        expect_served(lab, "device", "first");
        return result;
    }
    void expect_served(Lab& lab, const std::string& from, const std::string& role) {
        const auto result = await(lab.probe(from, role));
        EXPECT_EQ(result.status, GetParam().fine) << from << ": " << result.to_string();
        EXPECT_EQ(result.bytes, whole()) << from;
    }
    std::size_t whole() const { return probe_text(topology()).size(); }
    bool is(std::string_view protocol) const { return protocol == GetParam().name; }
};

TEST_P(ConfigServers, ServeSilentRefusedAndServeAgain) {
    auto lab = this->lab();
    expect_served(*lab, "device", "first");
    {
        const auto silence = lab->silence("first", "device");
        EXPECT_EQ(await(lab->probe("device", "first")).to_string(), "silent");
        expect_served(*lab, "twin", "first");
    }
    {
        const auto refusal = lab->refuse("first", "device");
        EXPECT_EQ(await(lab->probe("device", "first")).to_string(), "refused");
        expect_served(*lab, "unkeyed", "first");
    }
    expect_served(*lab, "device", "first");
    EXPECT_THAT(troubles, testing::IsEmpty());
}

TEST_P(ConfigServers, ServeAHandsetAloneItsOwnBeforeWhatAllHave) {
    auto made = topology();
    made.hosts.back().files = {"common.cfg"};
    Lab lab(io, made, TWINLINE_SOURCE "/fixtures", {});
    auto& server = lab.configuration("first");
    const auto& phone = made.subjects.at("device").phone;
    const auto file = [&](const char* name) {
        return server.file_of(phone, name).value_or(ServedText{"none"}).text;
    };
    EXPECT_EQ(file("/001565AB0203.cfg"), "own: 1\n");
    server.add(phone, {{"001565ab0203.cfg", "mine: 1\n"}, {"phone.cfg", "more: 1\n"}});
    EXPECT_EQ(file("/001565AB0203.cfg"), "mine: 1\nown: 1\n");
    EXPECT_EQ(server.file_of(phone, "/001565ab0203.cfg")->own, 8U) << "a fault counts after these";
    const auto& twin = made.subjects.at("twin").phone;
    EXPECT_EQ(server.file_of(twin, "/001565AB0203.cfg")->text, "own: 1\n");
    EXPECT_FALSE(server.file_of(twin, "phone.cfg"));
    EXPECT_EQ(file("phone.cfg"), "more: 1\n");
    EXPECT_EQ(file("common.cfg"), "all: 1\n");
    EXPECT_EQ(file("other.cfg"), "none");
    auto& second = lab.configuration("second");
    second.add(phone, {{"001565ab0203.cfg", "mine: 1\n"}});
    EXPECT_FALSE(second.file_of(phone, "001565ab0203.cfg")) << "it does not have these";
}

TEST_P(ConfigServers, LeaveTheNetworkAndServeAgain) {
    auto lab = this->lab();
    scenario::Inquiry patient;
    patient.longer = scenario::address_search;
    for (const auto kind : {Kind::link_down, Kind::address_gone}) {
        {
            const auto gone = lab->cut_off("first", {.kind = kind});
            const auto asked = std::chrono::steady_clock::now();
            auto said = lab->probe("device", "first", probe_deadline, "OPTIONS", patient);
            EXPECT_FALSE(await(std::move(said)).answered);
            EXPECT_GT(std::chrono::steady_clock::now() - asked, 2s) << "so long it is sought";
            expect_served(*lab, "device", "second");
        }
        expect_served(*lab, "device", "first");
        expect_served(*lab, "unkeyed", "first");
    }
    EXPECT_THAT(troubles, testing::IsEmpty());
}

TEST_P(ConfigServers, RejectOneSubject) {
    auto lab = this->lab();
    scenario::Treatment treatment{Kind::reject};
    treatment.status = static_cast<unsigned>(GetParam().missing);
    EXPECT_EQ(meets(*lab, treatment).status, GetParam().missing);
}

TEST_P(ConfigServers, EndAFileEarlyForOneSubject) {
    auto lab = this->lab();
    for (const auto kind : {Kind::cut, Kind::stall, Kind::truncate}) {
        scenario::Treatment treatment{kind};
        treatment.octets = 1024;
        const auto result = meets(*lab, treatment);
        EXPECT_EQ(result.bytes, 1024U) << to_string(kind);
        const bool waits = kind == Kind::stall || (kind == Kind::cut && is("tftp"));
        EXPECT_EQ(result.rtt >= probe_deadline, waits) << to_string(kind);
    }
}

class SlowConfigServers : public ConfigServers {};

TEST_P(SlowConfigServers, AnswerOneSubjectLate) {
    auto lab = this->lab();
    scenario::Treatment treatment{Kind::slow};
    treatment.delay = 300ms;
    const auto result = meets(*lab, treatment, 2s);
    EXPECT_EQ(result.bytes, whole());
    EXPECT_GE(result.rtt, 300ms);
}

class SecureConfigServers : public ConfigServers {};

TEST_P(SecureConfigServers, ShowOneSubjectAWrongCertificate) {
    auto lab = this->lab();
    EXPECT_EQ(meets(*lab, {Kind::wrong_certificate}).to_string(), "untrusted");
    scenario::Treatment of_yesterday{Kind::wrong_certificate};
    of_yesterday.expired = true;
    EXPECT_EQ(meets(*lab, of_yesterday).to_string(), "untrusted");
}

TEST_P(ConfigServers, TellTheKeysOfTheirConnections) {
    auto lab = this->lab();
    const auto keys = read_file(lab->key_log().file());
    await(lab->probe("twin", "second"));
    const auto more = read_file(lab->key_log().file()).substr(keys.size());
    const bool tells = more.find("CLIENT_TRAFFIC_SECRET_0 ") != std::string::npos;
    EXPECT_EQ(tells, is("https")) << more;
}

constexpr Protocol http{"http", 80, 200, 404}, https{"https", 443, 200, 503},
    ftp{"ftp", 21, 226, 550}, tftp{"tftp", 69, 0, 1};

std::string name_of(const testing::TestParamInfo<Protocol>& over) { return over.param.name; }

INSTANTIATE_TEST_SUITE_P(Over, ConfigServers, testing::Values(http, https, ftp, tftp), name_of);
INSTANTIATE_TEST_SUITE_P(Over, SlowConfigServers, testing::Values(http, https, ftp), name_of);
INSTANTIATE_TEST_SUITE_P(Over, SecureConfigServers, testing::Values(https), name_of);

}  // namespace
}  // namespace twinline::testbed
