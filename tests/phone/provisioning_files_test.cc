// What files do to a phone: how they take effect, and what a hostile server gets out of sending
// them.
#include "tests/phone/call_bench.hh"
#include "tests/phone/provisioning_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace twinline::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* common = "/phones/common.cfg";
const std::string moved = "account.1.registrar = 192.0.2.12\n";

TEST(ConfigurationFile, TakesEffectBeforeTheFirstRegistration) {  // YL-PROV-01
    Provisioned phone;
    phone.files[common] = moved;
    phone.boot();
    EXPECT_THAT(phone.bench.times(primary), IsEmpty());
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(1));
}

TEST(ConfigurationFile, OfThePhoneCountsMoreThanTheCommonOne) {
    Provisioned phone;
    phone.files[common] = "account.1.registrar = 192.0.2.99\n";
    phone.files["/phones" + own_file] = moved;
    phone.boot();
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(1));
}

TEST(ConfigurationFile, ThatIsNewBeginsThePhoneAnew) {
    Provisioned phone;
    phone.boot();
    phone.files[common] = moved;
    phone.check_sync();
    phone.run(1s);
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(1));
    EXPECT_THAT(phone.bench.downloads(), SizeIs(4)) << "and fetches nothing twice";
    phone.check_sync();
    phone.run(1s);
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(1)) << "the same again is nothing new";
}

TEST(ConfigurationFile, WaitsForTheEndOfACall) {
    Provisioned phone;
    phone.bench.servers[primary] = switchboard();
    phone.boot();
    phone.bench.input(phone::Dial{1, "2000"});
    phone.run(1s);
    ASSERT_EQ(phone.bench.call_state(), "talking");
    phone.files[common] = moved;
    phone.check_sync();
    phone.run(10s);
    EXPECT_THAT(phone.bench.times(secondary), IsEmpty());
    phone.bench.input(phone::HangUp{});
    phone.run(1min);
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(1));
}

TEST(ConfigurationFile, OfTheLastRunServesAPhoneWhoseServersAreDead) {
    Provisioned phone;
    phone.files[common] = moved;
    phone.boot();
    for (const auto& server : {first_server, second_server, third_server})
        phone.broken[server] = Outcome::unreachable;
    phone.boot();
    EXPECT_THAT(phone.bench.times(primary), IsEmpty());
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(2));
}

class BadFile : public ::testing::TestWithParam<std::string> {};

TEST_P(BadFile, LeavesTheConfigurationAsItIs) {
    Provisioned phone;
    phone.files["/phones" + own_file] = moved;
    phone.files[common] = GetParam();
    phone.boot();
    EXPECT_THAT(phone.bench.times(primary), SizeIs(1));
    EXPECT_THAT(phone.bench.times(secondary), IsEmpty());
    EXPECT_THAT(phone.bench.error_messages(), Contains(HasSubstr("the configuration stays")));
    for (const auto& message : phone.bench.error_messages()) EXPECT_LT(message.size(), 300U);
}

std::string many(std::size_t number, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < number; ++i) all += text;
    return all;
}

INSTANTIATE_TEST_SUITE_P(Hostile, BadFile,
                         ::testing::Values("<html><body>404, and yet 200</body></html>\n",
                                           "account.1.port = 99999\n",
                                           std::string("\0\1\2\xff\xfe", 5), "account.1.registrar",
                                           "=\n", many(200'000, "x\n"), many((1U << 20U) + 1, "#"),
                                           many(20'001, "a = 1\n"),
                                           "account.1.port = " + many(100'000, "9")));

TEST(HostileServer, WithoutEndIsRefused) {
    Provisioned phone;
    phone.bench.file_server = [](const phone::Fetch& fetch) {
        EXPECT_EQ(fetch.limits.octets, 1U << 20U);
        return phone::Fetched{0, Outcome::too_big, "200", std::string(1000, 'a')};
    };
    phone.boot();
    EXPECT_THAT(phone.bench.downloads(), SizeIs(1));
    EXPECT_EQ(phone.registers(), 1U);
}

TEST(HostileServer, WithAnotherFileEachTimeDoesNotKeepThePhoneBusy) {
    Provisioned phone;
    unsigned number = 0;
    phone.bench.file_server = [&](const phone::Fetch&) {
        auto fetched = gives("account.1.display_name = " + std::to_string(++number) + "\n");
        if (number == 1) fetched.outcome = Outcome::cut;
        return fetched;
    };
    phone.boot();
    phone.run(1h);
    EXPECT_THAT(phone.bench.downloads(), SizeIs(5)) << "one broke off, two at boot, two after it";
    EXPECT_LE(phone.registers(), 5U);
}

TEST(HostileServer, MayAnswerWhatNobodyAsked) {
    Provisioned phone;
    phone.boot();
    for (const unsigned id : {0U, 1U, 77U, std::numeric_limits<unsigned>::max()}) {
        auto stray = gives(moved);
        stray.id = id;
        phone.bench.input(stray);
    }
    phone.run(1min);
    EXPECT_THAT(phone.bench.times(secondary), IsEmpty());
}

phone::Fetched leads_to(const std::string& location) {
    return {0, Outcome::redirect, "302", {}, location};
}

TEST(Redirection, IsFollowedOnTheSameServer) {
    Provisioned phone;
    phone.bench.file_server = [](const phone::Fetch& fetch) {
        if (fetch.path == "/phones/common.cfg") return leads_to("/new/common.cfg?x=1");
        return fetch.path == "/new/common.cfg?x=1" ? gives(moved) : lacks();
    };
    phone.boot();
    EXPECT_THAT(phone.bench.fetched(),
                ElementsAre("192.0.2.31 /phones/common.cfg", "192.0.2.31 /new/common.cfg?x=1",
                            "192.0.2.31 /phones" + own_file));
    EXPECT_THAT(phone.bench.times(secondary), SizeIs(1));
}

TEST(Redirection, ToAnotherNameWalksItsAddresses) {
    Provisioned phone;
    phone.bench.dns[{"other.test", wire::DnsType::a}].answer = {a("other.test", "192.0.2.41"),
                                                                a("other.test", "192.0.2.42")};
    phone.bench.file_server = [](const phone::Fetch& fetch) {
        const auto host = wire::to_string(fetch.remote.address);
        if (host == "192.0.2.41") return phone::Fetched{0, Outcome::unreachable, {}, {}};
        if (host == "192.0.2.42") return gives(moved);
        return fetch.path == common ? leads_to("https://other.test:8443/a.cfg") : lacks();
    };
    phone.boot();
    EXPECT_THAT(phone.bench.fetched(),
                ElementsAre("192.0.2.31 /phones/common.cfg", "192.0.2.41 /a.cfg",
                            "192.0.2.42 /a.cfg", "192.0.2.31 /phones" + own_file));
    EXPECT_EQ(phone.bench.downloads()[1].fetch.remote.port, 8443);
    EXPECT_EQ(phone.bench.downloads()[1].fetch.name, "other.test");
}

TEST(Redirection, WithoutEndIsADeadServer) {
    Provisioned phone;
    unsigned number = 0;
    phone.bench.file_server = [&](const phone::Fetch& fetch) {
        if (fetch.remote.address != wire::parse_ipv4(first_server)) return lacks();
        return leads_to("/loop" + std::to_string(++number));
    };
    phone.boot();
    EXPECT_EQ(number, 6U) << "the file, and five redirections";
    EXPECT_THAT(phone.bench.error_messages(), Contains("192.0.2.31 redirects without end"));
    EXPECT_EQ(phone.registers(), 1U);
}

TEST(Redirection, NeverLeadsAstray) {
    for (const std::string location :
         {"http://cfg.test/common.cfg", "ftp://cfg.test/common.cfg", "file:///etc/passwd",
          "//evil.test/x", "/../../etc/passwd", "/a/%2e%2E/b", "https://user@cfg.test/x",
          "https://cfg.test:0/x", "https://cfg.test/a b", "/x\r\nX-Evil: 1", "", "#"}) {
        Provisioned phone("https://cfg.test/phones");
        phone.bench.file_server = [&](const phone::Fetch& fetch) {
            if (fetch.remote.address == wire::parse_ipv4(first_server)) return leads_to(location);
            return lacks();
        };
        phone.boot();
        EXPECT_EQ(phone.bench.fetched()[1], "192.0.2.32 /phones/common.cfg") << location;
        EXPECT_EQ(phone.registers(), 1U) << location;
    }
}

}  // namespace
}  // namespace twinline::test
