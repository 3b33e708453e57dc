// What is seen of a page, whatever the phone's HTML is like.
#include "rig/testbed/page_text.hh"

#include <gmock/gmock.h>

namespace twinline::testbed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(APage, IsReadWithoutItsTags) {
    EXPECT_THAT(lines_of_page("<HTML><Head><title>Errors</title><STYLE>b {color: red}</style>"
                              "<script>if (a < b) alert('<p>no</p>');</script></head>"
                              "<!-- <b>nor this</b> --><table><tr><td>1<td>192.0.2.31 &amp; its "
                              "port&nbsp;80 &#60;dead&#x3e;<br/>next</table>"),
                ElementsAre("Errors", "1", "192.0.2.31 & its port 80 <dead>", "next"));
}

TEST(APage, MayBePlainText) {
    EXPECT_THAT(lines_of_page("one < two\r\n\n  three & four &more; \n"),
                ElementsAre("one < two", "three & four &more;"));
    EXPECT_THAT(lines_of_page(" \n"), IsEmpty());
}

TEST(APage, ThatBreaksOffIsReadToWhereItDoes) {
    EXPECT_THAT(lines_of_page("<p>seen<b"), ElementsAre("seen"));
    EXPECT_THAT(lines_of_page("<p>seen<script>if"), ElementsAre("seen"));
    EXPECT_THAT(lines_of_page("<p>seen<!-- no end"), ElementsAre("seen"));
    EXPECT_THAT(lines_of_page("<p>seen&#60"), ElementsAre("seen&#60"));
    EXPECT_THAT(lines_of_page("<!--"), IsEmpty());
}

}  // namespace
}  // namespace twinline::testbed
