// Subscriptions as Yealink's files ask for them; without a word of them there are none.
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view usual_subscriptions =
    "account.1.enable = 1\naccount.1.user_name = 1001\naccount.1.sip_server.1.address = a.test\n";

Account account(const std::string& more) {
    const auto loaded = yealink(std::string(usual_subscriptions) + more);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    return loaded.config.accounts.at(0);
}

TEST(YealinkSubscriptions, AreNoneByDefault) {
    EXPECT_THAT(account("").subscriptions, IsEmpty());
    EXPECT_THAT(account("account.1.subscribe_mwi = 0\naccount.1.shared_line = 0\n"
                        "account.1.subscribe_mwi_expires = 60\nlinekey.1.type = 15\n"
                        "linekey.1.value = 2003\nlinekey.2.type = 16\n")
                    .subscriptions,
                IsEmpty());
}

TEST(YealinkSubscriptions, AreOfTheMailboxOrOfTheAccount) {
    const auto own = account("account.1.subscribe_mwi = 1\n").subscriptions;
    ASSERT_THAT(own, SizeIs(1));
    EXPECT_EQ(own[0].package, EventPackage::message_summary);
    EXPECT_EQ(own[0].user, "1001");
    EXPECT_EQ(own[0].expires, std::chrono::seconds(3600));
    const auto mailbox = account(
                             "account.1.subscribe_mwi = 1\naccount.1.subscribe_mwi_expires = 120\n"
                             "account.1.subscribe_mwi_to_vm = 1\nvoice_mail.number.1 = *97\n")
                             .subscriptions;
    ASSERT_THAT(mailbox, SizeIs(1));
    EXPECT_EQ(mailbox[0].user, "*97");
    EXPECT_EQ(mailbox[0].expires, std::chrono::seconds(120));
    EXPECT_EQ(account("account.1.subscribe_mwi = 1\naccount.1.subscribe_mwi_to_vm = 1\n")
                  .subscriptions.at(0)
                  .user,
              "1001")
        << "there is no mailbox";
}

TEST(YealinkSubscriptions, AreOnKeysOfTheirAccount) {
    const auto keys = account(
                          "linekey.3.line = 1\nlinekey.3.type = 16\nlinekey.3.value = 2003\n"
                          "linekey.4.line = 2\nlinekey.4.type = 16\nlinekey.4.value = 2004\n"
                          "linekey.5.type = 16\nlinekey.5.value = 20 05\n"
                          "account.1.blf.subscribe_period = 60\n")
                          .subscriptions;
    ASSERT_THAT(keys, SizeIs(1));
    EXPECT_EQ(keys[0].package, EventPackage::dialog);
    EXPECT_EQ(keys[0].user, "2003");
    EXPECT_EQ(keys[0].expires, std::chrono::seconds(60));
}

TEST(YealinkSubscriptions, AreOfASharedLine) {
    const auto shared = account("account.1.shared_line = 1\n").subscriptions;
    ASSERT_THAT(shared, SizeIs(1));
    EXPECT_EQ(shared[0].package, EventPackage::shared_line);
    EXPECT_EQ(account("").subscription_retry, std::chrono::seconds(30));
    EXPECT_EQ(account("account.1.sub_fail_retry_interval = 0\n").subscription_retry,
              std::chrono::seconds(1));
}

TEST(YealinkSubscriptions, AreNotWhatAnotherNameWasMeantFor) {
    const auto loaded =
        yealink(std::string(usual_subscriptions) + "account.1.reg_fail_retry_interval = 30\n");
    EXPECT_THAT(lines(loaded.warnings), IsEmpty());
}

TEST(YealinkSubscriptions, MakeNoAccount) {
    EXPECT_THAT(
        yealink(std::string(usual_subscriptions) + "account.5.subscribe_mwi = 0\n").config.accounts,
        SizeIs(1));
}

TEST(YealinkSubscriptions, AreCheckedAsTheOthersAre) {
    EXPECT_THAT(
        lines(yealink(std::string(usual_subscriptions) + "account.1.subscribe_mwi = yes\n").errors),
        ElementsAre("phone.cfg:4: account.1.subscribe_mwi = yes: permitted is one of 0, 1"));
}

}  // namespace
}  // namespace twinline::config
