// Bodies of NOTIFY, as standards and servers write them, and as nobody should.
#include "reference_impl/wire/event_package.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::wire {
namespace {

TEST(MessageSummary, TakesTheExampleOfTheRfc) {
    const auto summary = parse_message_summary(
        "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\n"
        "Voice-Message: 4/8 (1/2)\r\n\r\nTo: <alice@atlanta.example.com>\r\n");
    ASSERT_TRUE(summary);
    EXPECT_TRUE(summary->waiting);
    EXPECT_EQ(summary->voice, (MessageSummary::Voice{4, 8}));
}

TEST(MessageSummary, TakesWhatServersWrite) {
    const auto summary = parse_message_summary("messages-waiting:NO\nVoice-Message: 0/0");
    ASSERT_TRUE(summary);
    EXPECT_FALSE(summary->waiting);
    EXPECT_EQ(summary->voice, (MessageSummary::Voice{0, 0}));
}

TEST(MessageSummary, LeavesCountsOutThatAreNone) {
    for (const auto* text : {"Voice-Message: 1", "Voice-Message: -1/2",
                             "Voice-Message: 99999999999/0", "Voice-Message: a/b"}) {
        const auto summary = parse_message_summary(std::string("Messages-Waiting: yes\r\n") + text);
        ASSERT_TRUE(summary);
        EXPECT_FALSE(summary->voice) << text;
    }
}

TEST(MessageSummary, RefusesWhatDoesNotSayWhetherAnyWait) {
    for (const auto* text : {"", "\r\n", "Messages-Waiting: perhaps", "Voice-Message: 1/2", "::::"})
        EXPECT_FALSE(parse_message_summary(text)) << text;
}

TEST(DialogInfo, TakesAFullDocument) {
    const auto info = parse_dialog_info(R"(<?xml version="1.0"?>
<!-- <dialog id="no"/> -->
<d:dialog-info xmlns:d="urn:ietf:params:xml:ns:dialog-info" version="7" state='full' entity="sip:2003@pbx.test">
  <d:dialog id="as7d900as8" call-id="a84b4c76e66710" direction="initiator">
    <d:state event="replaced"> early </d:state>
    <d:local><d:identity>sip:2003@pbx.test</d:identity></d:local>
  </d:dialog>
  <d:dialog id="two"><d:state>confirmed</d:state></d:dialog>
</d:dialog-info>)");
    ASSERT_TRUE(info) << info.error().reason;
    EXPECT_EQ(info->version, 7U);
    EXPECT_TRUE(info->full);
    ASSERT_EQ(info->dialogs.size(), 2U);
    EXPECT_EQ(info->dialogs[0].id, "as7d900as8");
    EXPECT_EQ(info->dialogs[0].state, "early");
    EXPECT_EQ(info->dialogs[1].state, "confirmed");
}

TEST(DialogInfo, TakesOneWithoutDialogs) {
    for (const auto* text : {R"(<dialog-info version="0" state="full"/>)",
                             R"(<dialog-info version="0" state="full"></dialog-info>)"}) {
        const auto info = parse_dialog_info(text);
        ASSERT_TRUE(info) << text;
        EXPECT_TRUE(info->dialogs.empty());
    }
}

TEST(DialogInfo, RefusesWhatIsNone) {
    for (
        const auto* text :
        {"", "hello", "<", "<dialog-info", R"(<dialog-info state="full"></dialog-info>)",
         R"(<dialog-info version="x"></dialog-info>)", R"(<dialog-info version="1">)",
         R"(<presence version="1"></presence>)",
         R"(<dialog-info version="1"><dialog/></dialog-info)",
         R"(<dialog-info version="1"><dialog></dialog></dialog-info>)",
         R"(<dialog-info version="1"><dialog id="a"><state>dancing</state></dialog></dialog-info>)",
         R"(<!DOCTYPE a [<!ENTITY b "c">]><dialog-info version="1"></dialog-info>)", "<!-- no end",
         "<?xml"})
        EXPECT_FALSE(parse_dialog_info(text)) << text;
}

TEST(DialogInfo, KeepsABoundedNumber) {
    const auto with = [](std::size_t count) {
        std::string text = R"(<dialog-info version="1" state="full">)";
        for (std::size_t i = 0; i < count; ++i)
            text += "<dialog id=\"" + std::to_string(i) + "\"><state>early</state></dialog>";
        return parse_dialog_info(text + "</dialog-info>");
    };
    EXPECT_TRUE(with(most_dialogs));
    EXPECT_FALSE(with(most_dialogs + 1));
}

TEST(DialogInfo, ReadsEveryBeginningWithoutHarm) {
    const std::string whole =
        R"(<?xml version="1.0"?><dialog-info version="1" state="full"><dialog id="a"><state>early</state></dialog></dialog-info>)";
    for (std::size_t i = 0; i < whole.size(); ++i)
        EXPECT_FALSE(parse_dialog_info(std::string_view(whole).substr(0, i))) << i;
    EXPECT_TRUE(parse_dialog_info(whole));
}

}  // namespace
}  // namespace twinline::wire
