// A stored timeline must come back as it was, to the nanosecond, and a damaged one must name its
// line.
#include "probes/timeline/json_lines.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <random>
#include <sstream>

namespace {

using namespace twinline::timeline;
using testing::HasSubstr;

Event at(std::int64_t nanoseconds) {
    Event event;
    event.at = Instant{Duration{nanoseconds}};
    event.kind = "rig.note";
    return event;
}

Event full_event() {
    Event event = at(1'234'567'890'123'456'789);
    event.id = 18'446'744'073'709'551'615U;
    event.subject = "device";
    event.direction = Direction::in;
    event.peer = "primary";
    event.peer_port = "5060";
    event.kind = "sip.response";
    event.fields = {{"status", "200"}, {"reason", "say \"hi\"\r\n\x01 \xc3\xa9"}, {"branch", ""}};
    event.clauses = {"yealink.a", "rfc3261-10.2"};
    event.frame = 4'294'967'297U;
    return event;
}

void expect_equal(const Event& left, const Event& right) {
    EXPECT_EQ(left.id, right.id);
    EXPECT_EQ(left.at, right.at);
    EXPECT_EQ(left.subject, right.subject);
    EXPECT_EQ(left.direction, right.direction);
    EXPECT_EQ(left.peer, right.peer);
    EXPECT_EQ(left.peer_port, right.peer_port);
    EXPECT_EQ(left.kind, right.kind);
    EXPECT_EQ(left.fields, right.fields);
    EXPECT_EQ(left.clauses, right.clauses);
    EXPECT_EQ(left.frame, right.frame);
}

TEST(Event, AFieldThatIsAbsentIsEmpty) {
    EXPECT_EQ(full_event().field("status"), "200");
    EXPECT_EQ(full_event().field("nonce"), "");
}

// Words of eight octets are copied at once: the odd one may stand at any place of one.
TEST(JsonLines, AnOddOctetIsFoundWhereverItStands) {
    for (const std::string odd : {"\"", "\\", "\n", "\x01", "\x7f", "\xc3\xa9", "\xff"}) {
        for (std::size_t size = 0; size < 20; ++size) {
            for (std::size_t place = 0; place <= size; ++place) {
                const std::string plain(size, 'a');
                Event event = at(0);
                event.fields["reason"] = plain.substr(0, place) + odd + plain.substr(place);
                const auto back = from_json_line(to_json_line(event));
                ASSERT_TRUE(back) << back.error();
                const auto& said = odd == "\xff" ? std::string("\xef\xbf\xbd") : odd;
                EXPECT_EQ(back->field("reason"),
                          plain.substr(0, place) + said + plain.substr(place));
            }
        }
    }
}

TEST(JsonLines, EveryMemberComesBack) {
    const auto back = from_json_line(to_json_line(full_event()));
    ASSERT_TRUE(back) << back.error();
    expect_equal(*back, full_event());
}

TEST(JsonLines, EmptyMembersAreLeftOut) {
    EXPECT_EQ(to_json_line(at(0)), R"({"at_ms":0,"kind":"rig.note"})");
}

TEST(JsonLines, MillisecondsAreDecimalsOfNanoseconds) {
    EXPECT_THAT(to_json_line(at(1)), HasSubstr(R"("at_ms":0.000001,)"));
    EXPECT_THAT(to_json_line(at(-1)), HasSubstr(R"("at_ms":-0.000001,)"));
    EXPECT_THAT(to_json_line(at(1'500'000)), HasSubstr(R"("at_ms":1.5,)"));
    EXPECT_THAT(to_json_line(at(32'000'000'000)), HasSubstr(R"("at_ms":32000,)"));
}

TEST(JsonLines, EveryInstantComesBackExactly) {
    std::vector<std::int64_t> instants{0,
                                       1,
                                       -1,
                                       999'999,
                                       -1'000'001,
                                       std::numeric_limits<std::int64_t>::max(),
                                       std::numeric_limits<std::int64_t>::min()};
    std::mt19937_64 random(20240611);
    for (int i = 0; i < 2000; ++i) {
        instants.push_back(static_cast<std::int64_t>(random()) >> (i % 50));
    }
    for (const std::int64_t instant : instants) {
        const auto back = from_json_line(to_json_line(at(instant)));
        ASSERT_TRUE(back) << instant << ": " << back.error();
        ASSERT_EQ(back->at.time_since_epoch().count(), instant);
    }
}

TEST(JsonLines, OctetsThatAreNoUtf8AreReplaced) {
    Event event = at(0);
    event.fields["start"] = "INV\xff\xc3";
    const std::string line = to_json_line(event);
    EXPECT_TRUE(nlohmann::json::accept(line));
    EXPECT_EQ(from_json_line(line)->field("start"), "INV\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(JsonLines, AStreamComesBackInOrder) {
    std::stringstream stream;
    write(stream, {at(5), full_event(), at(7)});
    const auto back = read(stream);
    ASSERT_TRUE(back) << back.error().reason;
    ASSERT_EQ(back->size(), 3U);
    expect_equal((*back)[1], full_event());
}

TEST(JsonLines, ADamagedLineIsNamed) {
    std::stringstream stream(to_json_line(at(1)) + "\n" + to_json_line(at(2)) + "\n{\"at_ms\":3,");
    const auto back = read(stream);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().line, 3U);
    EXPECT_THAT(back.error().reason, HasSubstr("parse error"));
}

struct BadLine {
    const char* line;
    const char* reason;
};

class BadLines : public testing::TestWithParam<BadLine> {};

TEST_P(BadLines, IsRefusedWithItsReason) {
    const auto event = from_json_line(GetParam().line);
    ASSERT_FALSE(event) << GetParam().line;
    EXPECT_THAT(event.error(), HasSubstr(GetParam().reason)) << GetParam().line;
}

INSTANTIATE_TEST_SUITE_P(
    JsonLines, BadLines,
    testing::Values(
        BadLine{"", "parse error"}, BadLine{"[]", "an object is expected"},
        BadLine{"7", "an object is expected"}, BadLine{R"({"kind":"x"})", "\"at_ms\" is missing"},
        BadLine{R"({"at_ms":1})", "\"kind\" is missing"},
        BadLine{R"({"at_ms":"1","kind":"x"})", "\"at_ms\""},
        BadLine{R"({"at_ms":1e3,"kind":"x"})", "at most six places"},
        BadLine{R"({"at_ms":1.0000001,"kind":"x"})", "at most six places"},
        BadLine{R"({"at_ms":99999999999999999999,"kind":"x"})", "at most six places"},
        BadLine{R"({"at_ms":1,"kind":"x","id":-1})", "\"id\" is no whole number"},
        BadLine{R"({"at_ms":1,"kind":"x","frame":1.5})", "\"frame\" is no whole number"},
        BadLine{R"({"at_ms":1,"at_ms":2,"kind":"x"})", "\"at_ms\" twice"},
        BadLine{R"({"at_ms":1,"kind":"x","direction":"up"})", "neither"},
        BadLine{R"({"at_ms":1,"kind":"x","colour":"red"})", "\"colour\" is no member"},
        BadLine{R"({"at_ms":1,"kind":"x","fields":{"send":1}})", "field \"send\" must be a string"},
        BadLine{R"({"at_ms":1,"kind":"x","fields":{"a":"1","a":"2"}})", "field \"a\" twice"},
        BadLine{R"({"at_ms":1,"kind":"x","fields":[]})", "\"fields\""},
        BadLine{R"({"at_ms":1,"kind":"x","clauses":[1]})", "a clause must be a string"},
        BadLine{R"({"at_ms":1,"kind":"x","clauses":{}})", "\"clauses\""},
        BadLine{R"({"at_ms":1,"kind":null})", "\"kind\""},
        BadLine{R"({"at_ms":1,"kind":"x"} trailing)", "parse error"}));

}  // namespace
