// Where the phone fetches its configuration from, and what it does when a server does not give it:
// the redundancy of configuration servers.
#include "tests/phone/provisioning_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace twinline::test {
namespace {

using config::Vendor;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string own = own_file.substr(1);

TEST(ConfigurationServer, FirstAddressOfTheAnswerIsAsked) {
    Provisioned phone("http://cfg.test/phones", {}, Vendor::aastra);  // AA-CFG-01
    phone.bench.power_on();
    EXPECT_THAT(phone.bench.asked(), ElementsAre("A cfg.test"));
    phone.run(1s);
    EXPECT_THAT(phone.asked_for(), ElementsAre("192.0.2.31 common.cfg", "192.0.2.31 " + own));
    const auto& fetch = phone.bench.downloads().front().fetch;
    EXPECT_EQ(fetch.path, "/phones/common.cfg");
    EXPECT_EQ(fetch.name, "cfg.test");
    EXPECT_EQ(fetch.remote.port, 80);
    EXPECT_EQ(fetch.why.clauses.front(), "AA-CFG-01");
    EXPECT_THAT(phone.bench.error_messages(), Not(Contains(HasSubstr("192.0.2.31"))));
}

TEST(ConfigurationServer, EveryBootAsksTheFirstOfItsOwnAnswer) {  // AA-CFG-02
    Provisioned phone;
    std::vector<std::string> first;
    for (unsigned boot = 0; boot < 4; ++boot) {
        phone.boot();
        first.push_back(phone.asked_for().front());
        auto& records = phone.bench.dns[{"cfg.test", wire::DnsType::a}].answer;
        std::rotate(records.begin(), records.begin() + 1, records.end());
    }
    EXPECT_THAT(first, ElementsAre("192.0.2.31 common.cfg", "192.0.2.32 common.cfg",
                                   "192.0.2.33 common.cfg", "192.0.2.31 common.cfg"));
}

TEST(ConfigurationServer, SipStartsWhenTheConfigurationIsThere) {
    Provisioned phone;
    phone.bench.delay = 2s;
    phone.bench.power_on();
    phone.bench.run_before(6s);  // one question and two files
    EXPECT_EQ(phone.registers(), 0U);
    phone.bench.run_until(6s);
    EXPECT_EQ(phone.registers(), 1U);
    EXPECT_EQ(phone.bench.provisioning().state, "done");
}

struct Failure {
    std::string url;
    Outcome outcome;
};

void PrintTo(const Failure& failure, std::ostream* out) {
    *out << failure.url << ", outcome " << static_cast<int>(failure.outcome);
}

class DeadServer : public ::testing::TestWithParam<Failure> {};

TEST_P(DeadServer, IsFollowedByTheNextAddress) {  // AA-CFG-03, AA-CFG-04
    Provisioned phone(GetParam().url, {}, Vendor::aastra);
    phone.files = {{"/common.cfg", "# nothing new\n"}};
    phone.broken = {{first_server, GetParam().outcome}, {second_server, GetParam().outcome}};
    phone.bench.power_on();
    phone.run(30s);
    const auto asked = phone.asked_for();
    EXPECT_THAT(
        std::vector(asked.begin(), asked.begin() + 3),
        ElementsAre("192.0.2.31 common.cfg", "192.0.2.32 common.cfg", "192.0.2.33 common.cfg"));
    EXPECT_THAT(phone.bench.error_messages(), Contains("uses 192.0.2.32 instead of 192.0.2.31"))
        << "AA-CFG-11";
    EXPECT_THAT(phone.bench.error_messages(), Contains(HasSubstr("192.0.2.32 ")));
    EXPECT_EQ(phone.registers(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, DeadServer,
                         ::testing::Values(Failure{"http://cfg.test", Outcome::timeout},
                                           Failure{"http://cfg.test", Outcome::unreachable},
                                           Failure{"http://cfg.test", Outcome::refused},
                                           Failure{"http://cfg.test", Outcome::cut},
                                           Failure{"https://cfg.test", Outcome::bad_certificate},
                                           Failure{"https://cfg.test", Outcome::timeout},
                                           Failure{"ftp://cfg.test", Outcome::timeout},
                                           Failure{"ftp://cfg.test", Outcome::unreachable},
                                           Failure{"tftp://cfg.test", Outcome::timeout}));

TEST(ConfigurationServer, ThatNeverEndsIsGivenUp) {
    Provisioned phone;
    phone.bench.downloads_hang = true;  // octet by octet
    phone.bench.power_on();
    phone.bench.run_until(1ms);
    phone.bench.run_before(60s + 1ms);
    EXPECT_THAT(phone.asked_for(), ElementsAre("192.0.2.31 common.cfg"));
    phone.bench.run_until(60s + 1ms);
    EXPECT_THAT(phone.asked_for(), ElementsAre("192.0.2.32 common.cfg"));
    EXPECT_THAT(phone.bench.stopped(), SizeIs(1));
}

TEST(MissingFile, IsNoDeadServer) {  // AA-CFG-05
    for (const auto* url :
         {"http://cfg.test/phones", "ftp://cfg.test/phones", "tftp://cfg.test/phones"}) {
        Provisioned phone(url, {}, Vendor::aastra);
        phone.files.clear();
        phone.boot();
        EXPECT_THAT(phone.asked_for(), ElementsAre("192.0.2.31 common.cfg", "192.0.2.31 " + own));
        EXPECT_THAT(phone.bench.error_messages(), IsEmpty());
        EXPECT_EQ(phone.registers(), 1U);
    }
}

TEST(MissingFile, MovesToTheNextServerUnderTheOtherReading) {
    Provisioned phone("http://cfg.test/phones", {{"missing-file", "moves"}});
    phone.boot();  // each has the first file, none the second
    EXPECT_THAT(phone.asked_for(), ElementsAre("192.0.2.31 common.cfg", "192.0.2.31 " + own,
                                               "192.0.2.32 " + own, "192.0.2.33 " + own));
    EXPECT_EQ(phone.registers(), 1U);
    phone.check_sync();
    phone.run(1s);
    EXPECT_EQ(phone.asked_for().front(), "192.0.2.31 common.cfg") << "nobody was better";
}

TEST(MissingFile, IsDoneWithoutWhereNobodyElseIsAlive) {
    Provisioned phone("http://cfg.test/phones", {{"missing-file", "moves"}});
    phone.files["/phones/common.cfg"] = "account.1.registrar = 192.0.2.12\n";
    phone.broken = {{second_server, Outcome::unreachable}, {third_server, Outcome::unreachable}};
    phone.boot();
    EXPECT_THAT(phone.bench.times("192.0.2.12:5060"), SizeIs(1)) << "the first file counts";
    phone.check_sync();
    phone.run(1s);
    EXPECT_EQ(phone.asked_for().back(), "192.0.2.33 " + own);
    phone.run(1min);
    EXPECT_THAT(phone.asked_for(), IsEmpty()) << "nobody died in a file";
}

TEST(RedundantServer, IsKeptForFirmwareAndBoot) {  // AA-CFG-06
    Provisioned phone("http://cfg.test/phones", {}, Vendor::aastra);
    phone.files["/phones/phone.st"] = "firmware";
    phone.broken[first_server] = Outcome::unreachable;
    phone.boot();
    phone.broken.clear();
    phone.run(1h);
    EXPECT_THAT(phone.asked_for(),
                ElementsAre("192.0.2.31 common.cfg", "192.0.2.32 common.cfg", "192.0.2.32 " + own))
        << "it had not died in a file";
    phone.bench.input(phone::UpgradeFirmware{});
    phone.run(1s);
    EXPECT_THAT(phone.asked_for(),
                ElementsAre("192.0.2.32 phone.st", "192.0.2.32 common.cfg", "192.0.2.32 " + own))
        << "the firmware, and the boot after it";
    EXPECT_EQ(phone.why().clauses.front(), "AA-CFG-06");
}

TEST(RedundantServer, IsLeftAtTheNextBootUnderAnotherReading) {
    Provisioned phone("http://cfg.test/phones", {{"config-server-stickiness", "until-reboot"}});
    phone.broken[first_server] = Outcome::unreachable;
    phone.boot();
    phone.broken.clear();
    phone.asked_for();
    phone.check_sync();
    phone.run(1s);
    EXPECT_EQ(phone.asked_for().front(), "192.0.2.32 common.cfg");
    phone.boot();
    EXPECT_EQ(phone.asked_for().front(), "192.0.2.31 common.cfg");
}

TEST(RedundantServer, IsKeptAsLongAsTheAnswerUnderAnotherReading) {
    for (const auto& [after, server] : {std::pair(299s, second_server), {302s, first_server}}) {
        Provisioned phone("http://cfg.test/phones", {{"config-server-stickiness", "until-ttl"}});
        phone.broken[first_server] = Outcome::unreachable;
        phone.boot();
        phone.broken.clear();
        phone.asked_for();
        phone.bench.run_until(after);
        phone.check_sync();
        phone.run(1s);
        EXPECT_EQ(phone.asked_for().front(), server + " common.cfg") << after.count();
    }
}

TEST(ServerThatDiesInAFile, IsFollowedByAnotherAndAskedAgainOnce) {  // AA-CFG-07, AA-CFG-08
    Provisioned phone("http://cfg.test/phones", {}, Vendor::aastra);
    phone.broken[first_server] = Outcome::cut;
    phone.bench.power_on();
    phone.run(1s);
    EXPECT_THAT(phone.asked_for(),
                ElementsAre("192.0.2.31 common.cfg", "192.0.2.32 common.cfg", "192.0.2.32 " + own));
    EXPECT_EQ(phone.bench.downloads()[1].fetch.why.clauses.front(), "AA-CFG-07");
    const auto registered = phone.bench.sip().front().at;
    phone.broken.clear();
    phone.bench.run_before(registered + 10s);
    EXPECT_THAT(phone.asked_for(), IsEmpty());
    phone.bench.run_until(registered + 11s);
    EXPECT_THAT(phone.asked_for(), ElementsAre("192.0.2.31 common.cfg", "192.0.2.31 " + own));
    EXPECT_EQ(phone.bench.downloads()[3].fetch.why.clauses.front(), "AA-CFG-08");
    phone.run(3h);
    EXPECT_THAT(phone.asked_for(), IsEmpty());
    phone.check_sync();
    phone.run(1s);
    EXPECT_EQ(phone.asked_for().front(), "192.0.2.32 common.cfg") << "the server in use stays";
}

TEST(ServerThatDiesInAFile, MayDieBetweenTwoFiles) {
    Provisioned phone;
    phone.bench.file_server = [&](const phone::Fetch& fetch) -> std::optional<phone::Fetched> {
        const bool dead = fetch.remote.address == wire::parse_ipv4(first_server);
        if (dead && fetch.path.find("common") == std::string::npos) return std::nullopt;
        return gives("# nothing new\n");
    };
    phone.bench.power_on();
    phone.run(12s);
    EXPECT_THAT(phone.asked_for(),
                ElementsAre("192.0.2.31 common.cfg", "192.0.2.31 " + own, "192.0.2.32 " + own));
    phone.run(12s);
    EXPECT_EQ(phone.asked_for().front(), "192.0.2.31 common.cfg");
}

TEST(CheckSync, FailsOverLikeABoot) {  // AA-CFG-09
    Provisioned phone("http://cfg.test/phones", {}, Vendor::aastra);
    phone.boot();
    phone.asked_for();
    phone.broken[first_server] = Outcome::unreachable;
    phone.check_sync();
    phone.run(1s);
    EXPECT_THAT(phone.asked_for(),
                ElementsAre("192.0.2.31 common.cfg", "192.0.2.32 common.cfg", "192.0.2.32 " + own));
    EXPECT_EQ(phone.bench.downloads()[2].fetch.why.clauses.front(), "AA-CFG-09");
    EXPECT_EQ(phone.registers(), 1U) << "nothing is new";
}

TEST(CheckSync, RestartsAPhoneThatIsTold) {
    Provisioned phone;
    phone.boot();
    phone.asked_for();
    phone.check_sync(true);
    phone.run(1s);
    EXPECT_THAT(phone.asked_for(), SizeIs(2));
    EXPECT_EQ(phone.registers(), 2U);
}

TEST(NoServer, LetsThePhoneBootWithWhatItHas) {  // AA-CFG-10
    Provisioned phone;
    phone.broken = {{first_server, Outcome::timeout},
                    {second_server, Outcome::timeout},
                    {third_server, Outcome::timeout}};
    phone.bench.power_on();
    phone.bench.run_until(1ms);
    phone.bench.run_before(30s + 1ms);
    EXPECT_EQ(phone.registers(), 0U);
    EXPECT_TRUE(phone.bench.provisioning().skip);
    phone.bench.run_until(30s + 1ms);
    EXPECT_EQ(phone.registers(), 1U);
    EXPECT_EQ(phone.bench.provisioning().state, "failed");
    EXPECT_FALSE(phone.bench.provisioning().skip);
    EXPECT_THAT(phone.bench.error_messages(), Contains("no configuration server answers"));
    EXPECT_THAT(phone.asked_for(), SizeIs(3)) << "each address once";
}

TEST(NoServer, NeedsNoAddressEither) {
    Provisioned phone("http://nowhere.test");
    phone.boot();
    EXPECT_EQ(phone.registers(), 1U);
    EXPECT_THAT(phone.bench.error_messages(), ElementsAre("no address of nowhere.test"));
}

TEST(SkipKey, EndsTheDownload) {  // AA-CFG-10
    Provisioned phone;
    phone.broken[first_server] = phone.broken[second_server] = Outcome::timeout;
    phone.bench.power_on();
    phone.bench.run_until(5s);
    EXPECT_FALSE(phone.bench.provisioning().skip) << "no address has failed yet";
    phone.bench.run_until(12s);
    EXPECT_TRUE(phone.bench.provisioning().skip);
    phone.bench.input(phone::Skip{});
    EXPECT_THAT(phone.bench.stopped(), ElementsAre(2U));
    phone.run(1s);
    EXPECT_EQ(phone.registers(), 1U);
    EXPECT_EQ(phone.bench.provisioning().state, "skipped");
    phone.run(1h);
    EXPECT_THAT(phone.asked_for(), SizeIs(2)) << "no further attempt";
    phone.bench.input(phone::Skip{});
    EXPECT_EQ(phone.bench.provisioning().state, "skipped") << "nothing to skip";
}

}  // namespace
}  // namespace twinline::test
