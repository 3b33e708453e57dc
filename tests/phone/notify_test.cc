// What the phone makes of NOTIFYs: wanted, stray, late, malformed and too many (RFC 6665 4.1.3).
#include "tests/phone/subscription_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::SizeIs;

const std::string mwi = "message-summary of 1001";
const std::string summary = "application/simple-message-summary";
const std::string info = "application/dialog-info+xml";

std::string dialog_info(unsigned version, const std::string& state, const std::string& id,
                        const std::string& form = "full") {
    return "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" "
           "version=\"" +
           std::to_string(version) + "\" state=\"" + form +
           "\" entity=\"sip:2003@pbx.test\"><dialog id=\"" + id + "\"><state>" + state +
           "</state></dialog></dialog-info>";
}

TEST(Notify, TellsOfWaitingMessages) {
    Subscriber phone;
    phone.boot();
    EXPECT_EQ(phone.answered(), 200);
    phone.notify("active", summary, "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n");
    EXPECT_EQ(phone.bench.shown(mwi), "waiting, 2 new, 8 old");
    phone.notify("active;expires=100", summary, "Messages-Waiting: no\r\n");
    EXPECT_EQ(phone.bench.shown(mwi), "none");
}

TEST(Notify, TellsWhatAnotherPhoneDoes) {
    const std::string blf = "dialog of 2003";
    Subscriber phone(with_blf(yealink_failover()));
    phone.boot();
    EXPECT_EQ(phone.subscribes()[0].sip.request_uri, "sip:2003@pbx.test");
    phone.notify("active", info, dialog_info(0, "early", "a"));
    EXPECT_EQ(phone.bench.shown(blf), "ringing");
    phone.notify("active", info, dialog_info(1, "confirmed", "b", "partial"));
    EXPECT_EQ(phone.bench.shown(blf), "ringing") << "one rings while the other talks";
    phone.notify("active", info, dialog_info(2, "terminated", "a", "partial"));
    EXPECT_EQ(phone.bench.shown(blf), "talking");
    phone.notify("active", info, dialog_info(1, "terminated", "b"));
    EXPECT_EQ(phone.bench.shown(blf), "talking") << "an old version";
    phone.notify("active", info, dialog_info(3, "terminated", "z"));
    EXPECT_EQ(phone.bench.shown(blf), "idle");
}

TEST(Notify, TellsOfASharedLine) {
    auto config = yealink_failover();
    config.accounts[0].subscriptions = {{config::EventPackage::shared_line, "1001", 3600s}};
    Subscriber phone(config);
    phone.boot();
    const auto first = phone.subscribes()[0];
    EXPECT_EQ(header(first.sip, "Event"), "call-info");
    auto notify = phone.form_notify(first, "active");
    notify.other.push_back({"Call-Info",
                            "<sip:pbx.test>;appearance-index=1;appearance-state=alerting, "
                            "<sip:pbx.test>;appearance-index=2;appearance-state=idle"});
    phone.deliver(notify);
    EXPECT_EQ(phone.bench.shown("call-info of 1001"), "ringing");
}

TEST(Notify, OfNoSubscriptionIsUnknown) {
    Subscriber phone;
    phone.boot();
    auto stray = phone.form_notify(phone.subscribes()[0], "active");
    stray.call_id = "another";
    phone.deliver(stray);
    EXPECT_EQ(phone.answered(), 481);
    auto fork = phone.form_notify(phone.subscribes()[0], "active");
    fork.from.params = {{"tag", "someone-else"}};
    phone.deliver(fork);
    EXPECT_EQ(phone.answered(), 481);
    auto outside = phone.form_notify(phone.subscribes()[0], "active");
    outside.to.params.clear();
    phone.deliver(outside);
    EXPECT_EQ(phone.answered(), 481) << "nothing was configured that asks for such";
}

TEST(Notify, OfAnotherEventIsRefused) {
    Subscriber phone;
    phone.boot();
    auto notify = phone.form_notify(phone.subscribes()[0], "active");
    notify.other[0].value = "presence";
    phone.deliver(notify);
    EXPECT_EQ(phone.answered(), 489);
    notify = phone.form_notify(phone.subscribes()[0], "active");
    notify.other.erase(notify.other.begin());
    phone.deliver(notify);
    EXPECT_EQ(phone.answered(), 489);
}

TEST(Notify, OlderThanTheLastIsAnError) {
    Subscriber phone;
    phone.boot();
    auto late = phone.form_notify(phone.subscribes()[0], "active");
    phone.notify("active");
    phone.deliver(late);
    EXPECT_EQ(phone.answered(), 500);
    phone.deliver(late);
    EXPECT_EQ(phone.answered(), 500) << "its repetition gets the same answer";
}

TEST(Notify, MayComeBeforeTheAnswerToSubscribe) {
    Subscriber phone;
    phone.bench.servers[primary] = answers_subscribe(0);
    phone.bench.power_on();
    phone.run(1s);
    phone.notify("active;expires=120");
    EXPECT_EQ(phone.answered(), 200);
    phone.bench.servers[primary] = notifier(primary);
    const auto sends = phone.subscribes().size();
    phone.run(60s);
    EXPECT_THAT(phone.subscribes(), SizeIs(sends)) << "it counts as an answer";
    phone.run(60s);
    ASSERT_THAT(phone.subscribes(), SizeIs(sends + 1));
    EXPECT_EQ(phone.subscribes().back().sip.tag_of_to(), "far-end");
}

TEST(Notify, MayShortenTheTime) {
    Subscriber phone;
    phone.boot();
    const auto told = phone.bench.now();
    phone.notify("active;expires=50");
    phone.bench.run_before(told + 40s);
    EXPECT_THAT(phone.subscribes(), SizeIs(1));
    phone.bench.run_until(told + 45s);
    EXPECT_THAT(phone.subscribes(), SizeIs(2));
}

TEST(Notify, ThatEndsItSaysWhetherAnotherMayCome) {
    struct Case {
        std::string state;
        wire::Duration after;  // the NOTIFY; max: never
    };
    const auto never = wire::Duration::max();
    for (const auto& [state, after] :
         std::vector<Case>{{"terminated", 0s},
                           {"terminated;reason=deactivated", 0s},
                           {"Terminated ; Reason=Timeout", 0s},
                           {"terminated;reason=giveup", 0s},
                           {"terminated;reason=probation;retry-after=45", 45s},
                           {"terminated;reason=giveup;retry-after=5", 30s},
                           {"terminated;reason=rejected", never},
                           {"terminated;reason=noresource", never},
                           {"terminated;reason=invariant", never}}) {
        Subscriber phone;
        phone.boot();
        phone.bench.run_until(60s);
        phone.notify(state);
        EXPECT_EQ(phone.answered(), 200) << state;
        if (after == never) {
            phone.run(4000s);
            EXPECT_THAT(phone.subscribes(), SizeIs(1)) << state;
            continue;
        }
        phone.bench.run_before(60s + after);
        EXPECT_THAT(phone.subscribes(), SizeIs(after == 0s ? 2 : 1)) << state;
        phone.bench.run_until(60s + after);
        ASSERT_THAT(phone.subscribes(), SizeIs(2)) << state;
        EXPECT_NE(phone.subscribes()[1].sip.call_id, phone.subscribes()[0].sip.call_id) << state;
    }
}

TEST(Notify, ThatEndsItAtOnceEachTimeIsNoLoop) {
    Subscriber phone;
    phone.bench.power_on();
    phone.run(1s);
    for (int i = 0; i < 100; ++i) {
        const auto before = phone.subscribes().size();
        phone.notify("terminated;reason=deactivated").run(1s);
        ASSERT_LE(phone.subscribes().size(), before + 1);
    }
    EXPECT_LT(phone.subscribes().size(), 8U) << "100 s, one in 30 s at most";
}

TEST(Notify, WithABodyThatCannotBeReadChangesNothing) {
    Subscriber phone(with_blf(yealink_failover()));
    phone.boot();
    phone.notify("active", info, dialog_info(1, "early", "a"));
    for (const auto& body :
         {std::string("<"), std::string("<dialog-info"),
          std::string("<!DOCTYPE x [<!ENTITY a \"b\">]>"),
          std::string("<dialog-info version=\"-1\" state=\"full\"></dialog-info>"),
          std::string(60000, '<'), std::string("no XML at all")}) {
        phone.notify("active", info, body);
        EXPECT_EQ(phone.answered(), 200);
        EXPECT_EQ(phone.bench.decisions().back().what, "ignore");
        EXPECT_EQ(phone.bench.shown("dialog of 2003"), "ringing");
    }
    phone.notify("active", "text/plain", "hello");
    EXPECT_EQ(phone.bench.shown("dialog of 2003"), "ringing");
}

TEST(Notify, FloodsAreNoNewsForTheUser) {
    Subscriber phone;
    phone.boot();
    phone.notify("active", summary, "Messages-Waiting: yes\r\n");
    const auto shown = phone.bench.times_shown();
    const auto subscribes = phone.subscribes().size();
    for (int i = 0; i < 1000; ++i)
        phone.notify("active;expires=119", summary, "Messages-Waiting: yes\r\n");
    EXPECT_EQ(phone.bench.times_shown(), shown);
    EXPECT_THAT(phone.subscribes(), SizeIs(subscribes));
}

TEST(Notify, CheckSyncAsksForTheConfiguration) {
    Subscriber phone(yealink_failover());
    phone.bench.power_on();
    phone.run(1s);
    for (const auto& [event, reboots] :
         std::vector<std::pair<std::string, bool>>{{"check-sync", false},
                                                   {"check-sync;reboot=true", true},
                                                   {"check-sync;reboot=false", false}}) {
        wire::SipMessage notify;
        notify.method = notify.cseq_method = "NOTIFY";
        notify.request_uri = "sip:1001@198.51.100.100:5060";
        notify.via = {{"UDP", "192.0.2.11", 5060, "z9hG4bKc" + std::to_string(++phone.cseq), {}}};
        notify.from = {"", "sip:1001@pbx.test", {{"tag", "x"}}};
        notify.to = {"", "sip:1001@pbx.test", {}};
        notify.call_id = "sync";
        notify.cseq = phone.cseq;
        notify.other = {{"Event", event}};
        phone.deliver(notify);
        EXPECT_EQ(phone.answered(), 200) << event;
        const auto& all = phone.bench.decisions();
        const auto last = std::find_if(all.rbegin(), all.rend(), [](const auto& decision) {
            return decision.what == "check-sync";
        });
        ASSERT_NE(last, all.rend());
        const auto& why = *last;
        EXPECT_EQ(why.text.find("restart") != std::string::npos, reboots) << event;
    }
}

}  // namespace
}  // namespace twinline::test
