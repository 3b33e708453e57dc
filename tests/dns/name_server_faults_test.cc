// What a name server that is made to fail one asker gives it, and nobody else.
#include "tests/dns/asking.hh"

#include <utility>

namespace twinline::dns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class NameServerFaults : public NameServerTest {};

TEST_F(NameServerFaults, DeniesWhatIsThere) {
    const auto question = query("a.pbx.test", LDNS_RR_TYPE_A);
    for (const auto& [how, rcode] :
         {std::pair{Behaviour::nxdomain, 3U}, std::pair{Behaviour::nodata, 0U}}) {
        server_.behave(device, how);
        const auto denied = read(server_.answer(device, question));
        EXPECT_EQ(denied.rcode, rcode);
        EXPECT_THAT(denied.answer, IsEmpty());
        EXPECT_THAT(denied.authority, ElementsAre(StartsWith("pbx.test. 60 IN SOA")));
        EXPECT_EQ(ask("other.test", LDNS_RR_TYPE_A).rcode, 5U) << "not its own to deny";
    }
    EXPECT_EQ(read(server_.answer(twin, question)).answer.size(), 1U);
}

TEST_F(NameServerFaults, LeavesTheRecordsOutOfDatagramsOnly) {
    const auto question = query("a.pbx.test", LDNS_RR_TYPE_A);
    server_.behave(device, Behaviour::truncated);
    EXPECT_TRUE(read(server_.answer(device, question)).tc);
    EXPECT_THAT(read(server_.answer(device, question)).answer, IsEmpty());
    EXPECT_FALSE(read(server_.answer(device, question, 65535)).tc);
    EXPECT_EQ(read(server_.answer(device, question, 65535)).answer.size(), 1U);
}

TEST_F(NameServerFaults, AnswersUnderAnotherId) {
    server_.behave(device, Behaviour::wrong_id);
    EXPECT_EQ(ask("a.pbx.test", LDNS_RR_TYPE_A).id, 0x9234U);
    server_.behave(device, Behaviour::answers);
    EXPECT_EQ(ask("a.pbx.test", LDNS_RR_TYPE_A).id, 0x1234U);
}

TEST_F(NameServerFaults, RotatesForOneAskerBeginningWithTheSecond) {
    const auto first = [&](std::uint32_t asker) {
        const auto got =
            read(server_.answer(asker, query("_sip._udp.pbx.test", LDNS_RR_TYPE_SRV))).answer;
        EXPECT_EQ(got.size(), 2U);
        return got.empty() ? std::string() : got.front();
    };
    server_.behave(device, Behaviour::rotating);
    EXPECT_THAT(first(device), HasSubstr("a.pbx.test."));
    EXPECT_THAT(first(device), HasSubstr("b.pbx.test."));
    EXPECT_THAT(first(device), HasSubstr("a.pbx.test."));
    EXPECT_THAT(first(twin), HasSubstr("b.pbx.test."));
    server_.behave(device, Behaviour::answers);
    EXPECT_THAT(first(device), HasSubstr("b.pbx.test."));
}

TEST(Several, IsANameWithMoreThanOneRecordOfAType) {
    const auto several = several_in(zone_text);
    ASSERT_TRUE(several);
    EXPECT_EQ(several->name, "_sip._udp.pbx.test");
    EXPECT_EQ(several->type, LDNS_RR_TYPE_SRV);
    EXPECT_FALSE(several_in("$ORIGIN x.test.\n@ 60 IN SOA d h 1 2 3 4 5\na 7 IN A 192.0.2.9\n"));
}

}  // namespace
}  // namespace twinline::dns
