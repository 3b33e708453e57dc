// What the rig is to a handset beside SIP, each as the handset sees it.
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"
#include "tests/testbed/lab_test.hh"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <cstdlib>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* mac = "00:15:65:01:02:03";

TEST(Dhcp, TellsWhereEverythingIs) {
    DhcpPlan plan{.mac = mac,
                  .address = "198.51.100.100",
                  .gateway = "198.51.100.1",
                  .services = "198.51.100.2",
                  .name_servers = {"192.0.2.2", "192.0.2.3"},
                  .url = "http://198.51.100.2/",
                  .boot_file = "a.cfg",
                  .tftp = {}};
    const auto arguments = dnsmasq_arguments(plan);
    for (const auto* wanted :
         {"--dhcp-host=00:15:65:01:02:03,198.51.100.100,24h", "--dhcp-ignore=tag:!known",
          "--dhcp-option-force=6,192.0.2.2,192.0.2.3", "--dhcp-option-force=42,198.51.100.2",
          "--dhcp-option-force=66,http://198.51.100.2/", "--dhcp-option-force=67,a.cfg",
          "--dhcp-option-force=159,http://198.51.100.2/",
          "--dhcp-option-force=160,http://198.51.100.2/"})
        EXPECT_THAT(arguments, Contains(wanted));
    EXPECT_THAT(arguments, testing::Not(Contains("--enable-tftp")));
    plan.name_servers.clear();
    EXPECT_THAT(dnsmasq_arguments(plan),
                testing::AllOf(Contains("--dhcp-option=6"),
                               testing::Not(Contains(HasSubstr("--dhcp-option-force=6,")))));
}

TEST(Dhcp, NamesNoServerToOneThatIsToKnowIt) {
    const auto arguments = dnsmasq_arguments({.mac = mac,
                                              .address = "198.51.100.100",
                                              .gateway = "198.51.100.1",
                                              .services = "198.51.100.2",
                                              .name_servers = {"192.0.2.2"},
                                              .url = {},
                                              .boot_file = {},
                                              .tftp = {}});
    for (const auto* option : {"=66,", "=67,", "=159,", "=160,"})
        EXPECT_THAT(arguments, testing::Not(Contains(HasSubstr(std::string("force") + option))));
    EXPECT_THAT(arguments, Contains("--dhcp-option-force=42,198.51.100.2"));
}

TEST(Dhcp, IsHeardOfOneHandsetOnly) {
    using Heard = DhcpServer::Heard;
    std::string file;
    EXPECT_EQ(heard_in("dnsmasq-dhcp: 7 DHCPDISCOVER(eth0) 00:15:65:01:02:03 ", mac, file),
              Heard::discover);
    EXPECT_EQ(
        heard_in("dnsmasq-dhcp: 7 DHCPACK(eth0) 198.51.100.100 00:15:65:01:02:03 x", mac, file),
        Heard::acknowledged);
    EXPECT_FALSE(heard_in("dnsmasq-dhcp: 7 DHCPDISCOVER(eth0) 00:15:65:01:02:04 ", mac, file));
    EXPECT_FALSE(heard_in("dnsmasq-dhcp: 7 DHCPREQUEST(eth0) 00:15:65:01:02:03 ", mac, file));
    EXPECT_EQ(heard_in("dnsmasq-tftp: sent /run/x/a b.cfg to 198.51.100.100", mac, file),
              Heard::file_sent);
    EXPECT_EQ(file, "a b.cfg");
    EXPECT_FALSE(heard_in("dnsmasq-tftp: file /x.cfg not found for 198.51.100.100", mac, file));
}

TEST(Ntp, AnswersWithTheTime) {  // RFC 5905 section 7.3
    std::string question(48, '\0');
    question[0] = '\x23';  // version 4, client
    question.replace(40, 8, "ABCDEFGH");
    const Wall heard{1795300000s}, now = heard + 500ms;
    const auto answer = ntp_answer(question, heard, now);
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[0], '\x24');
    EXPECT_EQ((*answer)[1], 1) << "stratum";
    EXPECT_EQ(answer->substr(24, 8), "ABCDEFGH") << "its own time stamp comes back";
    const auto stamp = [&](std::size_t at) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < 8; ++i)
            value = value << 8U | static_cast<unsigned char>((*answer)[at + i]);
        return value;
    };
    EXPECT_EQ(stamp(32) >> 32U, 1795300000U + 2208988800U);
    EXPECT_EQ(stamp(40) - stamp(32), 0x80000000U) << "half a second";
}

TEST(Ntp, KeepsSilentWhereThereIsNoQuestion) {
    EXPECT_FALSE(ntp_answer("", {}, {}));
    EXPECT_FALSE(ntp_answer(std::string(47, '\x23'), {}, {}));
    EXPECT_FALSE(ntp_answer(std::string(48, '\x24'), {}, {})) << "an answer";
    EXPECT_FALSE(ntp_answer(std::string(48, '\x3b'), {}, {})) << "a version that there is not";
}

TEST(Escaped, LeavesNothingThatATerminalObeys) {
    EXPECT_EQ(escaped("plain text"), "plain text");
    EXPECT_EQ(escaped("a\x1b[2J\n\\"), "a\\x1b[2J\\x0a\\x5c");
    EXPECT_EQ(escaped("\xff"), "\\xff");
    EXPECT_EQ(escaped(std::string(2000, 'x')), std::string(1024, 'x') + "...");
}

TEST(Environment, IsAskedForWhatAFileNames) {
    ::setenv("TWINLINE_TEST_SECRET", "s3cret", 1);
    ::unsetenv("TWINLINE_TEST_NOTHING");
    Values values;
    read_environment("a {{env:TWINLINE_TEST_SECRET}} {{number}}", values);
    EXPECT_EQ(values.at("env:TWINLINE_TEST_SECRET"), "s3cret");
    EXPECT_EQ(values.size(), 1U);
    try {
        read_environment("{{env:TWINLINE_TEST_NOTHING}}", values);
        FAIL() << "it found nothing";
    } catch (const Unavailable& error) {
        EXPECT_THAT(error.remedy(), HasSubstr("export TWINLINE_TEST_NOTHING="));
    }
}

class Web : public LabTest {
  protected:
    void SetUp() override {
        LabTest::SetUp();
        if (IsSkipped()) return;
        web_ = std::make_unique<HandsetFiles>(
            io, home_, "127.0.0.1", 8099,
            [this](const FileAsked& file) { asked_.push_back(file); });
        web_->serve({{"00AA.cfg", "all of it\n"}});
    }

    std::string ask(const std::string& question) {
        using boost::asio::ip::tcp;
        const InNetns inside(home_);
        tcp::socket socket(io);
        socket.connect({boost::asio::ip::make_address_v4("127.0.0.1"), 8099});
        boost::asio::write(socket, boost::asio::buffer(question));
        std::string answer;
        bool over = false;
        std::array<char, 512> part{};
        std::function<void()> read = [&] {
            socket.async_read_some(boost::asio::buffer(part),
                                   [&](boost::system::error_code error, std::size_t size) {
                                       answer.append(part.data(), size);
                                       over = bool(error);
                                       if (!over) read();
                                   });
        };
        read();
        EXPECT_TRUE(turn_until([&] { return over; }, 5s)) << question;
        return answer;
    }

    Netns home_{"web-test"};
    std::unique_ptr<HandsetFiles> web_;
    std::vector<FileAsked> asked_;
};

TEST_F(Web, ServesTheHandsetsOwnFileInWhateverCase) {
    const auto answer =
        ask("GET /00aa.CFG?x=1 HTTP/1.1\r\nHost: h\r\nUser-Agent:  Yealink SIP-T46G 28\r\n\r\n");
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nall of it\n"));
    ASSERT_TRUE(turn_until([&] { return !asked_.empty(); }, 5s));
    EXPECT_EQ(asked_[0].user_agent, "Yealink SIP-T46G 28");
    EXPECT_EQ(asked_[0].status, 200U);
}

TEST_F(Web, RefusesEverythingElse) {
    EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: rps.yealink.com\r\n\r\n"), HasSubstr(" 404 "));
    EXPECT_THAT(ask("GET /../00aa.cfg HTTP/1.0\r\n\r\n"), HasSubstr(" 404 "));
    EXPECT_THAT(ask("PUT /00aa.cfg HTTP/1.1\r\n\r\n"), HasSubstr(" 405 "));
    EXPECT_THAT(ask("\r\n\r\n"), HasSubstr(" 405 "));
    EXPECT_EQ(ask(std::string(20000, 'x')), "") << "no head is so long";
    ASSERT_TRUE(turn_until([&] { return asked_.size() == 4; }, 5s));
    EXPECT_EQ(asked_[0].host, "rps.yealink.com");
}

}  // namespace
}  // namespace twinline::testbed
