// The notifiers of virtual time: what they grant, whom they know, and what they tell whom.
#include "rig/world/notifier.hh"

#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const wire::Endpoint server{wire::Ipv4{0xc000020b}, 5060};

wire::SipMessage subscribe(const std::string& event, std::uint32_t expires = 3600) {
    wire::SipMessage request;
    request.method = request.cseq_method = "SUBSCRIBE";
    request.request_uri = "sip:1001@pbx.test";
    request.via = {{"UDP", "198.51.100.100", 5060, "z9hG4bK1", {}}};
    request.from = {"", "sip:1001@pbx.test", {{"tag", "a"}}};
    request.to = {"", "sip:1001@pbx.test", {}};
    request.call_id = "c-" + event;
    request.cseq = 1;
    request.expires = expires;
    request.contact = {{"", "sip:1001@198.51.100.100:5060", {}}};
    request.other = {{"Event", event}};
    return request;
}

std::string state(const wire::SipMessage& notify) {
    return notify.find("Subscription-State")->value;
}

struct Notifier : ::testing::Test {
    world::Notifier notifier{server, 120s};

    std::vector<world::Notifier::Told> tell(std::string_view what, wire::Instant now = start) {
        return notifier.tell(now, phone_contact.address, what, 5060);
    }
};

TEST_F(Notifier, GrantsItsTimeAndTellsTheStateAtOnce) {
    const auto said = notifier.answer(start, phone_contact, subscribe("message-summary"));
    ASSERT_THAT(said, SizeIs(2));
    EXPECT_EQ(said[0].status, 200);
    EXPECT_EQ(said[0].expires, 120U);
    const auto& notify = said[1];
    EXPECT_EQ(notify.method, "NOTIFY");
    EXPECT_EQ(notify.request_uri, "sip:1001@198.51.100.100:5060");
    EXPECT_EQ(notify.call_id, "c-message-summary");
    EXPECT_EQ(notify.tag_of_to(), "a");
    EXPECT_EQ(notify.tag_of_from(), said[0].tag_of_to());
    EXPECT_EQ(state(notify), "active;expires=120");
    EXPECT_THAT(notify.body, HasSubstr("Messages-Waiting: no"));
}

TEST_F(Notifier, KnowsItsOwnDialogsOnly) {
    auto refresh = subscribe("dialog");
    refresh.to = notifier.answer(start, phone_contact, refresh)[0].to;
    const auto said = notifier.answer(start + 60s, phone_contact, refresh);
    ASSERT_THAT(said, SizeIs(2));
    EXPECT_EQ(said[1].cseq, 2U);
    EXPECT_EQ(notifier.answer(start + 180s, phone_contact, refresh)[0].status, 481)
        << "it has run out";
    refresh.to.params = {{"tag", "of-another-server"}};
    EXPECT_EQ(notifier.answer(start, phone_contact, refresh)[0].status, 481);
}

TEST_F(Notifier, TellsWhatEachIsWatchedFor) {
    notifier.answer(start, phone_contact, subscribe("message-summary"));
    notifier.answer(start, phone_contact, subscribe("dialog"));
    const auto messages = tell("waiting");
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_THAT(messages[0].notify.body, HasSubstr("Messages-Waiting: yes"));
    const auto lamps = tell("ringing");
    ASSERT_THAT(lamps, SizeIs(1));
    EXPECT_EQ(lamps[0].phone, phone_contact);
    EXPECT_THAT(lamps[0].notify.body, HasSubstr("<state>early</state>"));
    EXPECT_THAT(notifier.tell(start, server.address, "ringing", 5060), IsEmpty())
        << "another phone watches nothing";
    EXPECT_THAT(tell("ringing", start + 120s), IsEmpty()) << "it has run out";
}

TEST_F(Notifier, EndsWhatItIsToldToEnd) {
    notifier.answer(start, phone_contact, subscribe("message-summary"));
    notifier.answer(start, phone_contact, subscribe("dialog"));
    const auto last = tell("terminated");
    ASSERT_THAT(last, SizeIs(2));
    EXPECT_EQ(state(last[0].notify), "terminated;reason=timeout");
    EXPECT_THAT(tell("terminated"), IsEmpty());
}

TEST_F(Notifier, EndsWhatIsGivenUp) {
    auto leave = subscribe("dialog");
    leave.to = notifier.answer(start, phone_contact, leave)[0].to;
    leave.expires = 0;
    const auto said = notifier.answer(start, phone_contact, leave);
    ASSERT_THAT(said, SizeIs(2));
    EXPECT_EQ(state(said[1]), "terminated;reason=timeout");
}

TEST_F(Notifier, AsksForTheConfigurationOutsideAnyDialog) {
    const auto told = tell("reboot");
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0].phone, phone_contact);
    EXPECT_TRUE(told[0].notify.tag_of_to().empty());
    EXPECT_EQ(told[0].notify.find("Event")->value, "check-sync;reboot=true");
    EXPECT_EQ(tell("check-sync")[0].notify.find("Event")->value, "check-sync");
}

}  // namespace
}  // namespace twinline::test
