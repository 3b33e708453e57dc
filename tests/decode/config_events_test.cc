// Downloads read off the wire: HTTP, FTP and TFTP, whole, cut, refused and garbled.
#include "probes/decode/config_events.hh"

#include "tests/decode/frame_builder.hh"
#include "tests/decode/fuzz.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t first = 0xc000021f, second = 0xc0000220, third = 0xc0000221,
                        fourth = 0xc0000222;

timeline::Cast config_cast() {
    auto who = test::cast();
    who.configuration_servers = {{first, {"http", 8080}},
                                 {second, {"ftp", 21}},
                                 {third, {"tftp", 69}},
                                 {fourth, {"https", 443}}};
    for (const auto& [address, server] : who.configuration_servers)
        who.roles.emplace(address, server.protocol);
    return who;
}

// One event on a line: "request http GET /a cfg.test", "response http /a 200 5 complete".
std::vector<std::string> told(const std::vector<Octets>& frames) {
    std::vector<decode::OwnedFrame> owned;
    for (const auto& octets : frames) owned.push_back(frame(octets));
    std::vector<std::string> lines;
    for (const auto& event : decode::decode_all(owned, config_cast())) {
        if (!event.kind.starts_with("config.")) continue;
        EXPECT_EQ(event.subject, "device");
        EXPECT_EQ(event.direction, event.kind == "config.response" ? timeline::Direction::in
                                                                   : timeline::Direction::out);
        auto line = event.kind.substr(7) + " " + event.peer;
        for (const auto* field : {"method", "path", "status", "name", "bytes", "outcome"})
            if (event.fields.contains(field)) line += " " + event.fields.at(field);
        EXPECT_EQ(event.fields.at("protocol"), event.peer);
        EXPECT_EQ(event.fields.contains("server"), event.kind == "config.attempt");
        lines.push_back(line);
    }
    return lines;
}

// Both sides of one connection; the sequence numbers follow by themselves.
class Talk {
  public:
    Talk(std::vector<Octets>& frames, std::uint32_t server, std::uint16_t port,
         std::uint16_t own_port = 40000)
        : frames_(frames), server_(server), port_(port), own_port_(own_port) {}

    Talk& open() {
        out(syn);
        in(syn | ack);
        return *this;
    }
    Talk& out(unsigned flags, std::string_view text = {}) {
        frames_.push_back(ethernet(ipv4({.source = device, .destination = server_, .protocol = 6},
                                        tcp(own_port_, port_, flags, sent_, received_, text))));
        sent_ += static_cast<std::uint32_t>(text.size()) + ((flags & (syn | fin)) != 0 ? 1U : 0U);
        return *this;
    }
    Talk& in(unsigned flags, std::string_view text = {}) {
        frames_.push_back(ethernet(ipv4({.source = server_, .destination = device, .protocol = 6},
                                        tcp(port_, own_port_, flags, received_, sent_, text))));
        received_ +=
            static_cast<std::uint32_t>(text.size()) + ((flags & (syn | fin)) != 0 ? 1U : 0U);
        return *this;
    }
    Talk& say(std::string_view text) { return out(ack, text); }
    Talk& hear(std::string_view text) { return in(ack, text); }

  private:
    std::vector<Octets>& frames_;
    std::uint32_t server_;
    std::uint16_t port_, own_port_;
    std::uint32_t sent_ = 100, received_ = 500;
};

constexpr std::string_view get = "GET /mac.cfg HTTP/1.1\r\nHost: cfg.test\r\n\r\n";
constexpr std::string_view asked = "request http GET /mac.cfg cfg.test";

std::vector<std::string> http(std::string_view answer, unsigned end, bool by_client = false) {
    std::vector<Octets> frames;
    Talk talk(frames, first, 8080);
    talk.open().say(get);
    if (!answer.empty()) talk.hear(answer);
    if (end != 0) by_client ? talk.out(end | ack) : talk.in(end | ack);
    return told(frames);
}

TEST(ConfigEvents, AFileOverHttpIsAskedForAndComes) {
    EXPECT_THAT(http("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", fin),
                ElementsAre("attempt http", asked, "response http /mac.cfg 200 5 complete"));
    EXPECT_THAT(http("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 0),
                ElementsAre("attempt http", asked, "response http /mac.cfg 404 0 refused"));
    EXPECT_THAT(http("HTTP/1.0 200 OK\r\n\r\nuntil the end", fin),
                ElementsAre("attempt http", asked, "response http /mac.cfg 200 13 complete"));
    EXPECT_THAT(http("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
                     0),
                ElementsAre("attempt http", asked, "response http /mac.cfg 200 13 complete"));
}

TEST(ConfigEvents, AnAnswerThatEndsEarlyWasCut) {
    constexpr std::string_view part = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
    const auto cut = ElementsAre("attempt http", asked, "response http /mac.cfg 200 3 cut");
    EXPECT_THAT(http(part, rst), cut);
    EXPECT_THAT(http(part, fin), cut);
    EXPECT_THAT(http(part, fin, true), cut);
    EXPECT_THAT(http(part, 0), ElementsAre("attempt http", asked));
    EXPECT_THAT(http("HTTP/1.0 200 OK\r\n\r\nsome", rst),
                ElementsAre("attempt http", asked, "response http /mac.cfg 200 4 cut"));
    EXPECT_THAT(http({}, fin, true),
                ElementsAre("attempt http", asked, "response http /mac.cfg 0 cut"));
}

TEST(ConfigEvents, OneConnectionMayServeSeveralFiles) {
    std::vector<Octets> frames;
    Talk talk(frames, first, 8080);
    talk.open().say("GET /a HTTP/1.1\r\nHost: c\r\n\r\nGET /b HTTP/1.1\r\nHost: c\r\n\r\n");
    talk.hear("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
    talk.hear("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n22").in(fin | ack);
    EXPECT_THAT(told(frames),
                ElementsAre("attempt http", "request http GET /a c", "request http GET /b c",
                            "response http /a 200 1 complete", "response http /b 404 2 refused"));
}

TEST(ConfigEvents, HowTheSegmentsAreCutChangesNothing) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (std::size_t size = 1; size < 20; ++size) {
        std::vector<Octets> frames;
        Talk talk(frames, first, 8080);
        talk.open();
        for (std::size_t at = 0; at < get.size(); at += size) talk.say(get.substr(at, size));
        for (std::size_t at = 0; at < answer.size(); at += size)
            talk.hear(std::string_view(answer).substr(at, size));
        EXPECT_THAT(told(frames),
                    ElementsAre("attempt http", asked, "response http /mac.cfg 200 5 complete"));
    }
}

TEST(ConfigEvents, AnAttemptCountsOnceHoweverOftenItsSynIsRepeated) {
    std::vector<Octets> frames;
    Talk talk(frames, first, 8080);
    talk.out(syn);
    frames.push_back(frames.back());
    EXPECT_THAT(told(frames), ElementsAre("attempt http"));
    talk.in(rst | ack);
    EXPECT_THAT(told(frames), ElementsAre("attempt http"));
}

TEST(ConfigEvents, OfTlsWithoutKeysOnlyTheConnectionIsSeen) {
    std::vector<Octets> frames;
    Talk(frames, fourth, 443).open().say("\x16\x03\x01").hear("\x16\x03\x03").in(fin | ack);
    EXPECT_THAT(told(frames), ElementsAre("attempt https"));
}

void log_in(Talk& control) {
    control.open().hear("220-hello\r\n220 there\r\n").say("USER anonymous\r\n");
    control.hear("331 password\r\n").say("PASS x\r\n").hear("230 in\r\n");
}

TEST(ConfigEvents, FtpCountsOnTheDataConnection) {
    std::vector<Octets> frames;
    Talk control(frames, second, 21), data(frames, second, 50001, 40001);
    log_in(control);
    control.say("PASV\r\n").hear("227 Entering passive mode (10,0,0,1,195,81).\r\n");
    data.open();
    control.say("RETR mac.cfg\r\n").hear("150 coming\r\n");
    data.hear("hello ").hear("you").in(fin | ack);
    control.hear("226 done\r\n");
    control.say("EPSV\r\n").hear("229 Extended (|||50002|)\r\n");
    Talk again(frames, second, 50002, 40002);
    again.open();
    control.say("retr b.cfg\r\n").hear("150 coming\r\n").hear("226 done\r\n");
    again.hear("late").in(fin | ack);  // the reply overtook the octets
    EXPECT_THAT(told(frames),
                ElementsAre("attempt ftp", "request ftp RETR /mac.cfg",
                            "response ftp /mac.cfg 226 9 complete", "request ftp RETR /b.cfg",
                            "response ftp /b.cfg 226 4 complete"));
}

TEST(ConfigEvents, FtpTellsWhatIsMissingAndWhatWasCut) {
    std::vector<Octets> frames;
    Talk control(frames, second, 21);
    log_in(control);
    control.say("RETR none\r\n").hear("550 no such file\r\n");
    control.say("PASV\r\n").hear("227 (10,0,0,1,195,81)\r\n");
    Talk data(frames, second, 50001, 40001);
    data.open();
    control.say("RETR a\r\n").hear("150 coming\r\n");
    data.hear("hel").in(rst);
    auto reset = frames, stalled = frames;
    control.hear("426 reset\r\n");
    EXPECT_THAT(told(frames), ElementsAre("attempt ftp", "request ftp RETR /none",
                                          "response ftp /none 550 0 refused", "request ftp RETR /a",
                                          "response ftp /a 426 3 cut"));
    Talk other(stalled, second, 21);
    stalled.pop_back();
    log_in(control);
    stalled.push_back(ethernet(ipv4({.source = device, .destination = second, .protocol = 6},
                                    tcp(40000, 21, fin | ack, 900))));
    EXPECT_EQ(told(stalled).back(), "response ftp /a 3 cut");
}

TEST(ConfigEvents, FtpThatAnnouncesMoreThanComesWasCut) {
    for (const auto* size : {"150 coming (9 bytes)\r\n", "213 9\r\n"}) {
        std::vector<Octets> frames;
        Talk control(frames, second, 21), data(frames, second, 50001, 40001);
        log_in(control);
        control.say("PASV\r\n").hear("227 (10,0,0,1,195,81)\r\n");
        data.open();
        if (size[0] == '2') control.say("SIZE a\r\n").hear(size);
        control.say("RETR a\r\n").hear(size[0] == '2' ? "150 coming\r\n" : size);
        data.hear("hello").in(fin | ack);
        control.hear("226 done\r\n");
        EXPECT_EQ(told(frames).back(), "response ftp /a 226 5 cut");
    }
}

TEST(ConfigEvents, FtpMayRefuseToLetIn) {
    std::vector<Octets> frames;
    Talk(frames, second, 21).open().hear("421 too many\r\n").in(fin | ack);
    EXPECT_THAT(told(frames), ElementsAre("attempt ftp", "response ftp 421 0 refused"));
}

TEST(ConfigEvents, FtpInActiveModeComesTheOtherWay) {
    std::vector<Octets> frames;
    Talk control(frames, second, 21);
    log_in(control);
    control.say("PORT 198,51,100,100,195,90\r\n").hear("200 fine\r\n").say("RETR a\r\n");
    Talk data(frames, second, 20, 50010);
    data.in(syn).out(syn | ack).hear("12345").in(fin | ack);
    control.hear("226 done\r\n");
    EXPECT_THAT(told(frames), ElementsAre("attempt ftp", "request ftp RETR /a",
                                          "response ftp /a 226 5 complete"));
}

Octets to_tftp(std::string_view text, std::uint16_t port = 69) {
    return ethernet(ipv4({.source = device, .destination = third}, udp(3000, port, text)));
}
Octets from_tftp(std::string_view text) {
    return ethernet(ipv4({.source = third, .destination = device}, udp(33000, 3000, text)));
}
std::string block(std::size_t number, std::size_t size) {
    return u16(3) + u16(number) + std::string(size, 'x');
}
std::string rrq(std::string_view name) {
    return u16(1) + std::string(name) + std::string("\0octet\0", 7);
}

TEST(ConfigEvents, TftpCountsBlocksUpToTheShortOne) {
    EXPECT_THAT(told({to_tftp(rrq("a.cfg")), from_tftp(block(1, 512)), from_tftp(block(1, 512)),
                      to_tftp(u16(4) + u16(1), 33000), from_tftp(block(2, 8))}),
                ElementsAre("request tftp RRQ /a.cfg", "response tftp /a.cfg data 520 complete"));
    EXPECT_THAT(
        told({to_tftp(rrq("a.cfg")), from_tftp(u16(6) + std::string("blksize\0001024\0", 13)),
              from_tftp(block(1, 1024)), from_tftp(block(2, 512))}),
        ElementsAre("request tftp RRQ /a.cfg", "response tftp /a.cfg data 1536 complete"));
    EXPECT_THAT(told({to_tftp(rrq("a.cfg")), from_tftp(block(1, 512))}),
                ElementsAre("request tftp RRQ /a.cfg"));
}

TEST(ConfigEvents, TftpErrorsAreTold) {
    const auto no_file = u16(5) + u16(1) + std::string("none\0", 5);
    EXPECT_THAT(told({to_tftp(rrq("a")), from_tftp(no_file)}),
                ElementsAre("request tftp RRQ /a", "response tftp /a error 1 0 refused"));
    EXPECT_THAT(told({to_tftp(rrq("a")), from_tftp(block(1, 512)),
                      to_tftp(u16(5) + u16(3) + std::string("full\0", 5), 33000)}),
                ElementsAre("request tftp RRQ /a", "response tftp /a data 512 cut"));
}

TEST(ConfigEvents, OtherTrafficOfTheServersIsLeftAlone) {
    std::vector<Octets> frames;
    Talk(frames, first, 22).open().say("SSH-2.0-x\r\n").in(fin | ack);
    Talk(frames, first, 8080).open().say("\x16\x03\x01 what is this?\r\n\r\n").hear("HTTP/1.1 400");
    frames.push_back(to_tftp(std::string("\0\2a\0octet\0", 10)));
    EXPECT_THAT(told(frames), ElementsAre("attempt http"));
}

TEST(ConfigEvents, NothingThatASegmentHoldsDoesHarm) {
    std::mt19937 random(fuzz_seed());
    const std::vector<std::string> asked_lines{std::string(get),       "PASV\r\n",   "EPSV\r\n",
                                               "PORT 1,2,3,4,5,6\r\n", "RETR a\r\n", "USER x\r\n"};
    const std::vector<std::string> answers{
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n1",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        "227 (1,2,3,4,5,6)\r\n",
        "229 (|||6|)\r\n",
        "226 x\r\n",
        "550 x\r\n",
        "220-x\r\n"};
    for (int round = 0; round < 3000; ++round) {
        std::vector<Octets> frames;
        Talk talk(frames, random() % 2 == 0 ? first : second, random() % 2 == 0 ? 8080 : 21);
        talk.open();
        for (int i = 0; i < 6; ++i) {
            auto out = asked_lines[random() % asked_lines.size()];
            auto in = answers[random() % answers.size()];
            mutate(out, random);
            mutate(in, random);
            talk.say(out).hear(in);
            auto datagram = random() % 2 == 0 ? rrq("a") : block(1, random() % 600);
            mutate(datagram, random);
            frames.push_back(random() % 2 == 0 ? to_tftp(datagram) : from_tftp(datagram));
        }
        if (random() % 2 == 0) talk.in(random() % 2 == 0 ? fin : rst);
        told(frames);
    }
}

TEST(ConfigEvents, EndlessHeadsAndLinesAreNotKept) {
    for (const auto& [server, port] : {std::pair{first, 8080}, std::pair{second, 21}}) {
        std::vector<Octets> frames;
        Talk talk(frames, server, static_cast<std::uint16_t>(port));
        talk.open();
        for (int i = 0; i < 200; ++i)
            talk.say("GET /" + std::string(1000, 'a')).hear("HTTP/1.1 " + std::string(1000, 'b'));
        EXPECT_EQ(told(frames).size(), 1U);
    }
}

}  // namespace
