// Where events stand in the ladders, and what they are called.
#include "reports/label.hh"
#include "reports/ladder_layout.hh"
#include "tests/reports/sample_run.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::reports {
namespace {

using namespace std::chrono_literals;
using timeline::Direction;
using timeline::Event;

Event event(std::uint64_t id, timeline::Duration at, std::string kind,
            timeline::Fields fields = {}) {
    Event e;
    e.id = id;
    e.at = timeline::Instant{at};
    e.kind = std::move(kind);
    e.fields = std::move(fields);
    return e;
}

TEST(Ladder, SharesOneAxisSincePowerOn) {
    const auto device = sample::late_device();
    const auto twin = sample::prompt_twin();
    const auto ladders = lay_out(device, twin, {"dns", "primary", "secondary"});
    EXPECT_EQ(ladders.columns, (std::vector<std::string>{"phone", "dns", "primary", "secondary"}));
    EXPECT_EQ(ladders.device.marks.front().y, ladders.twin.marks.front().y);
    for (const auto& left : ladders.device.marks)
        for (const auto& right : ladders.twin.marks)
            if (left.offset < right.offset) {
                EXPECT_LE(left.y, right.y) << left.event->id << ' ' << right.event->id;
            }
    for (const auto* ladder : {&ladders.device, &ladders.twin})
        for (std::size_t i = 1; i < ladder->marks.size(); ++i)
            EXPECT_GE(ladder->marks[i].y - ladder->marks[i - 1].y, 22);
}

TEST(Ladder, BreaksLongPauses) {
    const timeline::Timeline device{event(1, 0s, "sip.request"), event(2, 3999ms, "sip.request"),
                                    event(3, 8s, "sip.request")};
    const auto ladders = lay_out(device, {}, {});
    ASSERT_EQ(ladders.breaks.size(), 1U);
    EXPECT_EQ(ladders.breaks[0].skipped, 4001ms);
    EXPECT_GT(ladders.breaks[0].y, ladders.device.marks[1].y);
    EXPECT_LT(ladders.breaks[0].y, ladders.device.marks[2].y);
}

TEST(Ladder, AFaultIsABand) {
    const auto device = sample::late_device();
    const auto ladders = lay_out(device, {}, {"dns", "primary"});
    ASSERT_EQ(ladders.device.bands.size(), 1U);
    const auto& band = ladders.device.bands[0];
    EXPECT_EQ(ladders.columns[band.column], "primary");
    EXPECT_EQ(band.bottom, ladders.device.marks.back().y);
    const timeline::Timeline open{
        event(1, 0s, "rig.fault", {{"fault", "silence"}, {"host", "p"}, {"state", "on"}})};
    EXPECT_GT(lay_out(open, {}, {"p"}).device.bands.at(0).bottom, 0);
}

TEST(Ladder, LeavesOutOtherSubjectsAndWhatNoArrowShows) {
    auto probe = event(2, 1s, "sip.request");
    probe.subject = "probe-device";
    const timeline::Timeline device{event(1, 0s, "sip.request"), probe, event(3, 2s, "arp.request"),
                                    event(4, 3s, "rig.clock")};
    EXPECT_EQ(lay_out(device, {}, {}).device.marks.size(), 1U);
}

TEST(Ladder, ManyPeersShareTheLastColumn) {
    timeline::Timeline device;
    for (std::uint64_t i = 1; i <= 20; ++i) {
        device.push_back(event(i, i * 1ms, "sip.request"));
        device.back().peer = "10.0.0." + std::to_string(i) + ":5060";
    }
    const auto ladders = lay_out(device, {}, {"primary"});
    EXPECT_EQ(ladders.columns.size(), 9U);
    EXPECT_EQ(ladders.columns.back(), "others");
    EXPECT_EQ(ladders.column_of("10.0.0.20:5060"), 8U);
}

TEST(Ladder, ALongTimelineIsCut) {
    timeline::Timeline device;
    for (std::uint64_t i = 1; i <= 2005; ++i) device.push_back(event(i, i * 1s, "sip.request"));
    const auto ladders = lay_out(device, {}, {});
    EXPECT_EQ(ladders.device.marks.size(), 2000U);
    EXPECT_EQ(ladders.device.left_out, 5U);
}

TEST(Label, NamesEvents) {
    const auto text = [](const Event& e) {
        const auto [name, detail] = label(e);
        return name + " | " + detail;
    };
    EXPECT_EQ(text(event(
                  1, 0s, "sip.request",
                  {{"method", "REGISTER"}, {"cseq", "2"}, {"send", "3"}, {"auth", "credentials"}})),
              "REGISTER | send 3, CSeq 2, with credentials");
    EXPECT_EQ(text(event(1, 0s, "sip.response",
                         {{"status", "503"},
                          {"reason", "Busy"},
                          {"method", "REGISTER"},
                          {"retry_after", "20"}})),
              "503 Busy | to REGISTER, retry after 20");
    EXPECT_EQ(text(event(1, 0s, "dns.query", {{"type", "SRV"}, {"name", "pbx.test"}})),
              "SRV? | pbx.test");
    EXPECT_EQ(text(event(1, 0s, "dns.response", {{"type", "SRV"}, {"rcode", "NOERROR"}})),
              "SRV | no data");
    EXPECT_EQ(
        text(event(1, 0s, "dns.response", {{"type", "A"}, {"name", "x"}, {"rcode", "SERVFAIL"}})),
        "SERVFAIL | A x");
    EXPECT_EQ(
        text(event(
            1, 0s, "dns.response",
            {{"type", "SRV"}, {"answers", "SRV 10 0 5060 a.; CNAME b.; SRV 2"}, {"ttl", "60"}})),
        "SRV | 10 0 5060 a.; CNAME b.; 2, TTL 60");
    EXPECT_EQ(text(event(1, 0s, "tcp.synack")), "TCP SYNACK | ");
    EXPECT_EQ(text(event(1, 0s, "rig.fault",
                         {{"fault", "silence"}, {"state", "on"}, {"host", "primary"}})),
              "silence on | primary");
    EXPECT_EQ(text(event(1, 0s, "sip.malformed", {{"reason", "no CSeq"}})),
              "malformed sip | no CSeq");
    EXPECT_EQ(text(event(1, 0s, "quic.odd")), "quic.odd | ");
}

TEST(Label, KnowsARetransmission) {
    EXPECT_FALSE(is_retransmission(event(1, 0s, "sip.request")));
    EXPECT_FALSE(is_retransmission(event(1, 0s, "sip.request", {{"send", "1"}})));
    EXPECT_TRUE(is_retransmission(event(1, 0s, "sip.request", {{"send", "2"}})));
}

}  // namespace
}  // namespace twinline::reports
