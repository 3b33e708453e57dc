// What is said over TLS, read with the keys of a server; and what cannot be read, which is told.
#include "tests/decode/frame_builder.hh"
#include "tests/decode/fuzz.hh"
#include "tests/decode/tls_wire.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int v12 = 0x0303, v13 = 0x0304;

std::string over_tls(std::string_view branch) {
    auto text = register_request(branch);
    text.replace(text.find("/UDP"), 4, "/TLS");
    return text;
}

std::string answer() {
    auto text = ok_response("");
    text.replace(text.find("/UDP"), 4, "/TLS");
    return text;
}

std::vector<decode::OwnedFrame> owned(const std::vector<Octets>& frames) {
    std::vector<decode::OwnedFrame> all;
    for (const auto& octets : frames) {
        all.push_back(frame(octets));
        all.back().frame.number = all.size();
        all.back().frame.at = timeline::Instant{std::chrono::milliseconds{all.size()}};
    }
    return all;
}

timeline::Timeline read(const std::vector<Octets>& frames, const std::string& keys) {
    return decode::decode_all(owned(frames), cast(), decode::TlsKeyLog(keys));
}

// Kinds without those of TCP; with the branch, or why not.
std::vector<std::string> told(const timeline::Timeline& events) {
    std::vector<std::string> lines;
    for (const auto& event : events) {
        if (event.kind.starts_with("tcp.")) continue;
        auto line = event.kind;
        for (const auto* field : {"branch", "description", "reason", "resumed"})
            if (const auto text = event.field(field); !text.empty() && text != "OK")
                line += " " + std::string(text);
        lines.push_back(line);
    }
    return lines;
}

// REGISTER and its answer, twice, with a change of keys between in TLS 1.3.
std::vector<Flight> two_registers(TlsTalk& talk, int version, bool resumes = false) {
    talk.connect(resumes);
    talk.client_says(over_tls("z9hG4bK-1"));
    talk.server_says(answer());
    if (version == v13) talk.update_keys();
    talk.client_says(over_tls("z9hG4bK-2") + "\r\n\r\n");
    talk.server_says("\r\n");
    return talk.take_flights();
}

const auto both =
    ElementsAre("tls.established no", "sip.request z9hG4bK-1", "sip.response z9hG4bK-1",
                "sip.request z9hG4bK-2", "keepalive.ping", "keepalive.pong");

std::string name_of(const TlsForm& form) {
    auto name = form.suite.empty() ? form.cipher : form.suite;
    if (!form.encrypts_then_macs) name += "_mac_first";
    std::ranges::replace(name, '-', '_');
    return name;
}

class Tls : public testing::TestWithParam<TlsForm> {};

TEST_P(Tls, IsReadAsOverUdpHoweverItIsCut) {
    TlsTalk talk(GetParam());
    const auto flights = two_registers(talk, GetParam().version);
    for (const std::size_t cut : {1UL, 7UL, 100UL, 1400UL, 60000UL}) {
        const auto events = read(Wire(cut).carry(flights).end().frames, talk.keys());
        EXPECT_THAT(told(events), both) << cut;
        for (const auto& event : events)
            if (event.kind == "sip.request") {
                EXPECT_EQ(event.field("transport"), "tls");
                EXPECT_EQ(event.subject, "device");
                EXPECT_EQ(event.peer, "primary");
                EXPECT_EQ(event.field("method"), "REGISTER");
            }
    }
}

TEST_P(Tls, TellsWithWhatItWasSealed) {
    TlsTalk talk(GetParam());
    const auto events =
        read(Wire().carry(two_registers(talk, GetParam().version)).frames, talk.keys());
    const auto said = std::ranges::find(events, "tls.established", &timeline::Event::kind);
    ASSERT_NE(said, events.end());
    EXPECT_EQ(said->field("version"), GetParam().version == v13 ? "1.3" : "1.2");
    EXPECT_THAT(std::string(said->field("cipher")), HasSubstr("TLS_"));
    EXPECT_EQ(said->field("server_name"), "pbx.test");
}

TEST_P(Tls, IsReadWhenItIsResumed) {
    TlsTalk talk(GetParam());
    two_registers(talk, GetParam().version);
    auto flights = two_registers(talk, GetParam().version, true);
    auto lines = told(read(Wire().carry(flights).frames, talk.keys()));
    EXPECT_EQ(std::ranges::count(lines, "tls.established yes"), 1);
    EXPECT_EQ(std::ranges::count(lines, "sip.request z9hG4bK-2"), 1);
}

TEST_P(Tls, SegmentsMayOvertakeEachOtherAndComeTwice) {
    TlsTalk talk(GetParam());
    auto frames = Wire(300).carry(two_registers(talk, GetParam().version)).frames;
    for (std::size_t at = 3; at + 1 < frames.size(); at += 3) {
        std::swap(frames[at], frames[at + 1]);
        frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(at), frames[at]);
        ++at;
    }
    auto lines = told(read(frames, talk.keys()));
    std::ranges::sort(lines);
    EXPECT_EQ(std::ranges::count(lines, "sip.request z9hG4bK-1"), 1);
    EXPECT_EQ(std::ranges::count(lines, "sip.request z9hG4bK-2"), 1);
}

TEST_P(Tls, WithoutAKeySaysSoOnceForEachSide) {
    TlsTalk talk(GetParam());
    const auto events = read(Wire().carry(two_registers(talk, GetParam().version)).frames, {});
    EXPECT_THAT(told(events), ElementsAre("tls.unreadable the key log has no key of it",
                                          "tls.unreadable the key log has no key of it"));
}

TEST_P(Tls, ACaptureThatBeginsInItsMiddleSaysSo) {
    TlsTalk talk(GetParam());
    talk.connect();
    const auto before = talk.take_flights();
    talk.client_says(over_tls("z9hG4bK-1"));
    talk.server_says(answer());
    auto frames = Wire().carry(talk.take_flights()).frames;
    frames.erase(frames.begin(), frames.begin() + 2);
    const std::string why = "tls.unreadable the beginning of the connection was not captured";
    EXPECT_THAT(told(read(frames, talk.keys())), ElementsAre(why, why));
}

TEST_P(Tls, AFlippedOctetEndsItsDirectionAlone) {
    TlsTalk talk(GetParam());
    talk.connect();
    talk.client_says(over_tls("z9hG4bK-1"));
    auto flights = talk.take_flights();
    flights.back().octets[20] = static_cast<char>(flights.back().octets[20] ^ 1);
    talk.client_says(over_tls("z9hG4bK-2"));
    talk.server_says(answer());
    for (auto& each : talk.take_flights()) flights.push_back(each);
    EXPECT_THAT(
        told(read(Wire().carry(flights).frames, talk.keys())),
        ElementsAre("tls.established no", "tls.unreadable a record does not open with its key",
                    "sip.response z9hG4bK-1"));
}

TEST_P(Tls, OctetsThatTheCaptureMissedEndItsDirection) {
    TlsTalk talk(GetParam());
    talk.connect();
    Wire wire(100);
    const auto before = wire.carry(talk.take_flights()).frames.size();
    talk.client_says(over_tls("z9hG4bK-1"));
    talk.server_says(answer());
    auto frames = wire.carry(talk.take_flights()).frames;
    frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(before) + 1);
    EXPECT_THAT(
        told(read(frames, talk.keys())),
        ElementsAre("tls.established no", "tls.unreadable octets are missing in the capture",
                    "sip.response z9hG4bK-1"));
}

// As in a lab that runs: the server writes a key after the wire has shown what needs it.
TEST_P(Tls, WaitsForKeysThatComeLate) {
    TlsTalk talk(GetParam());
    const auto all = owned(Wire(500).carry(two_registers(talk, GetParam().version)).end().frames);
    for (std::size_t known = 0; known < all.size(); ++known) {
        decode::Decoder decoder(cast(), decode::TlsKeyLog("", decode::TlsKeyLog::Growth::growing));
        timeline::Timeline events;
        const auto sink = [&](timeline::Event&& event) { events.push_back(std::move(event)); };
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i == known) {
                const auto half = talk.keys().size() / 2;
                decoder.add_keys(std::string_view(talk.keys()).substr(0, half), sink);
                decoder.add_keys(std::string_view(talk.keys()).substr(half), sink);
            }
            auto each = all[i].frame;
            each.bytes = all[i].bytes;
            decoder.feed(each, sink);
        }
        EXPECT_THAT(told(events), both) << known;
        // Each keeps the instant of its frame.
        for (const auto& event : events)
            EXPECT_EQ(event.at.time_since_epoch(), std::chrono::milliseconds{*event.frame});
        EXPECT_EQ(events.back().kind, "tcp.fin");
    }
}

INSTANTIATE_TEST_SUITE_P(Of, Tls,
                         testing::Values(TlsForm{v13, "", "TLS_AES_256_GCM_SHA384"},
                                         TlsForm{v13, "", "TLS_AES_128_GCM_SHA256"},
                                         TlsForm{v13, "", "TLS_CHACHA20_POLY1305_SHA256"},
                                         TlsForm{v12, "ECDHE-RSA-AES256-GCM-SHA384"},
                                         TlsForm{v12, "AES128-GCM-SHA256"},
                                         TlsForm{v12, "ECDHE-RSA-CHACHA20-POLY1305"},
                                         TlsForm{v12, "AES256-SHA"},
                                         TlsForm{v12, "ECDHE-RSA-AES256-SHA384"},
                                         TlsForm{v12, "AES128-SHA256", "", false, false}),
                         [](const auto& form) { return name_of(form.param); });

TEST(TlsAlerts, ACertificateThatIsRefusedIsAnEvent) {
    for (const auto version : {v12, v13}) {
        TlsTalk talk({.version = version, .client_trusts_nobody = true});
        talk.connect();
        const auto events = read(Wire().carry(talk.take_flights()).frames, talk.keys());
        ASSERT_THAT(told(events), testing::Not(IsEmpty()));
        const auto& alert = events.at(events.size() - 1);
        EXPECT_EQ(alert.kind, "tls.alert") << version;
        EXPECT_EQ(alert.field("level"), "fatal");
        EXPECT_EQ(alert.field("description"), "unknown_ca");
        EXPECT_EQ(alert.direction, timeline::Direction::out);
    }
}

TEST(TlsStreams, AreFoundOnAnyPortAndAnewAfterASyn) {
    TlsTalk talk;
    auto frames = Wire(1400, 5099).carry(two_registers(talk, v13)).frames;
    const auto again = Wire(1400, 5099).carry(two_registers(talk, v13)).frames;
    frames.insert(frames.end(), again.begin(), again.end());
    auto lines = told(read(frames, talk.keys()));
    EXPECT_EQ(std::ranges::count(lines, "sip.request z9hG4bK-1"), 2);
    EXPECT_EQ(std::ranges::count(lines, "sip.request z9hG4bK-2"), 2);
}

TEST(TlsStreams, AKeyThatNeverComesHoldsNothingUpForLong) {
    TlsTalk talk;
    auto all = owned(Wire().carry(two_registers(talk, v13)).end().frames);
    talk.client_says("x");
    decode::Decoder decoder(cast(), decode::TlsKeyLog("", decode::TlsKeyLog::Growth::growing));
    timeline::Timeline events;
    const auto sink = [&](timeline::Event&& event) { events.push_back(std::move(event)); };
    const auto feed = [&](decode::OwnedFrame& each) {
        each.frame.bytes = each.bytes;
        decoder.feed(each.frame, sink);
    };
    for (auto& each : all) feed(each);
    EXPECT_THAT(told(events), IsEmpty());
    auto late = all.at(all.size() - 2);
    late.frame.at += decode::TlsStreams::longest_wait;
    // A connection that waits is looked at with what comes on it.
    auto frames = Wire().carry(two_registers(talk, v13)).frames;
    for (std::size_t i = 2; i < frames.size(); ++i) {
        auto each = frame(frames[i]);
        each.frame.at = late.frame.at;
        feed(each);
    }
    EXPECT_THAT(kinds(events), testing::Contains("tcp.fin"));
}

TEST(TlsStreams, SurviveDamagedStreams) {
    std::mt19937 random(fuzz_seed());
    for (const auto version : {v12, v13}) {
        TlsTalk talk({.version = version});
        const auto flights = two_registers(talk, version);
        for (int i = 0; i < 300; ++i) {
            auto damaged = flights;
            for (auto& each : damaged)
                if (random() % 3 == 0) mutate(each.octets, random);
            const auto growth = i % 2 == 0 ? decode::TlsKeyLog::Growth::complete
                                           : decode::TlsKeyLog::Growth::growing;
            auto keys = i % 5 == 0 ? std::string() : talk.keys();
            if (i % 7 == 0) mutate(keys, random);
            decode::decode_all(owned(Wire(1 + random() % 900).carry(damaged).frames), cast(),
                               decode::TlsKeyLog(keys, growth));
        }
    }
}

TEST(TlsStreams, StayBoundedWhateverTheRecordsPromise) {
    std::mt19937 random(fuzz_seed());
    decode::TlsStreams streams(decode::TlsKeyLog("", decode::TlsKeyLog::Growth::growing));
    TlsTalk talk;
    talk.connect();
    const auto flights = talk.take_flights();
    const std::string part = std::string("\x17\x03\x03\x40\x00", 5) + std::string(9000, 'x');
    for (unsigned i = 0; i < 20'000; ++i) {
        const decode::Endpoint client{device, static_cast<std::uint16_t>(random() % 3000)};
        const decode::Endpoint server{primary, 5061};
        for (const auto& flight : flights)
            streams.octets(
                {flight.is_from_client ? client : server, flight.is_from_client ? server : client,
                 decode::StreamCutter::Kind::tls, flight.octets},
                {});
        streams.octets({client, server, decode::StreamCutter::Kind::tls, part}, {});
        ASSERT_LE(streams.held(), decode::TlsStreams::held_limit);
    }
}

TEST(TlsKeyLog, ReadsLinesAsTheyComeAndPassesOverOthers) {
    const std::string random(64, 'a'), secret(96, 'b');
    decode::TlsKeyLog keys("", decode::TlsKeyLog::Growth::growing);
    const std::string text = "# a comment\nCLIENT_RANDOM " + random + " " + secret +
                             "\r\nCLIENT_RANDOM xyz abc\nEXPORTER_SECRET " + random + " " + secret +
                             "\nSERVER_TRAFFIC_SECRET_0 " + random + " " + secret + "\n";
    for (const char c : text) keys.add(std::string_view(&c, 1));
    const auto* found = keys.find(std::string(32, '\xaa'));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->master, std::string(48, '\xbb'));
    EXPECT_EQ(found->server_traffic, found->master);
    EXPECT_EQ(found->client_traffic, "");
    EXPECT_EQ(keys.size(), 1U);
    keys.add(std::string(1 << 20, 'x'));
    keys.add("\n");
    EXPECT_EQ(keys.size(), 1U);
}

}  // namespace
