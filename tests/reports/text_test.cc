// Hostile text is made harmless, and friendly text stays as it is.
#include "reports/text.hh"

#include "tests/reports/sample.hh"

#include <gtest/gtest.h>

namespace twinline::reports {
namespace {

const std::string bad = "\xEF\xBF\xBD";

TEST(Text, KeepsFriendlyText) {
    EXPECT_EQ(plain("Grüße, 电话 ☎ 😀"), "Grüße, 电话 ☎ 😀");
    EXPECT_EQ(plain(""), "");
}

TEST(Text, ReplacesControlsAndOverrides) {
    EXPECT_EQ(plain("a\x1b[31mb"), "a" + bad + "[31mb");
    EXPECT_EQ(plain("a\xe2\x80\xae"
                    "b"),
              "a" + bad + "b");
    EXPECT_EQ(plain(std::string_view("a\0b", 3)), "a" + bad + "b");
    EXPECT_EQ(plain("\xc2\x9b"), bad);
}

TEST(Text, ReplacesWhatIsNoUtf8) {
    EXPECT_EQ(plain("a\xff"
                    "b"),
              "a" + bad + "b");
    EXPECT_EQ(plain("\xc0\xbc"), bad + bad);            // an overlong "<"
    EXPECT_EQ(plain("\xed\xa0\x80"), bad + bad + bad);  // a surrogate
    EXPECT_EQ(plain("\xe2\x82"), bad + bad);            // cut short
    EXPECT_EQ(plain("\xf4\x90\x80\x80"), bad + bad + bad + bad);
}

TEST(Text, JoinsOrKeepsLines) {
    EXPECT_EQ(plain("a\r\nb\tc"), "a b c");
    EXPECT_EQ(plain_lines("a\r\nb\tc\n"), "a\nb\tc\n");
}

TEST(Text, EscapesMarkup) {
    EXPECT_EQ(escape("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
    const auto safe = markup(sample::hostile);
    EXPECT_EQ(safe.find_first_of("<>\"'\x1b"), std::string::npos);
}

TEST(Text, ALinkStaysRelative) {
    EXPECT_EQ(link("generic/a[x=1,repeat=2]/attempt-1"),
              "./generic/a%5Bx%3D1%2Crepeat%3D2%5D/attempt-1");
    EXPECT_EQ(link("javascript:alert(1)"), "./javascript%3Aalert%281%29");
    EXPECT_EQ(link("//elsewhere.example/x"), "./elsewhere.example/x");
    EXPECT_EQ(link("a\"b"), "./a%22b");
}

TEST(Text, ShortensByCodePoints) {
    EXPECT_EQ(columns("Grüße"), 5U);
    EXPECT_EQ(shorten("Grüße", 5), "Grüße");
    EXPECT_EQ(shorten("Grüße", 4), "Grü…");
    EXPECT_EQ(shorten("abc", 1), "…");
    EXPECT_EQ(shorten("abc", 0), "");
}

}  // namespace
}  // namespace twinline::reports
