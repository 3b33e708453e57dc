// STUN keep-alives against RFC 5769's vector and against everything that is almost STUN.
#include "reference_impl/wire/stun.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using wire::StunMessage;

// RFC 5769 section 2.2, the IPv4 response: USERNAME is not in it, MESSAGE-INTEGRITY is.
const std::string sample_transaction = "\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae";

std::string success_of(const wire::Endpoint& mapped) {
    return serialise(StunMessage{StunMessage::Kind::success, sample_transaction, mapped});
}

TEST(Stun, MapsAnAddressAsTheVectorOfRfc5769Does) {
    const auto bytes = success_of({*wire::parse_ipv4("192.0.2.1"), 32853});
    EXPECT_EQ(bytes.substr(20),
              std::string("\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43", 12));
    const auto read = wire::parse_stun(bytes);
    ASSERT_TRUE(read) << read.error().reason;
    EXPECT_EQ(read->kind, StunMessage::Kind::success);
    EXPECT_EQ(read->transaction, sample_transaction);
    EXPECT_EQ(to_string(*read->mapped), "192.0.2.1:32853");
}

TEST(Stun, ReadsItsOwnRequest) {
    const auto bytes = serialise(StunMessage{StunMessage::Kind::request, sample_transaction, {}});
    ASSERT_EQ(bytes.size(), 20U);
    EXPECT_TRUE(wire::is_stun(bytes));
    const auto read = wire::parse_stun(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, StunMessage::Kind::request);
    EXPECT_FALSE(read->mapped);
}

TEST(Stun, IsNotWhatSipLooksLike) {
    EXPECT_FALSE(wire::is_stun("REGISTER sip:pbx.test SIP/2.0\r\n\r\n"));
    EXPECT_FALSE(wire::is_stun("\r\n\r\n"));
    EXPECT_FALSE(wire::is_stun(""));
    auto bytes = success_of({{1}, 1});
    bytes[4] = '\x22';  // another cookie
    EXPECT_FALSE(wire::is_stun(bytes));
}

TEST(Stun, RefusesEveryCutAndEveryWrongLength) {
    const auto bytes = success_of({*wire::parse_ipv4("192.0.2.1"), 5060});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(wire::parse_stun(bytes.substr(0, size))) << size;
    EXPECT_FALSE(wire::parse_stun(bytes + std::string(4, '\0')));
    auto long_attribute = bytes;
    long_attribute[23] = '\x0c';
    EXPECT_FALSE(wire::parse_stun(long_attribute));
}

TEST(Stun, RefusesWhatItMustUnderstandAndDoesNot) {
    auto bytes = success_of({*wire::parse_ipv4("192.0.2.1"), 5060});
    bytes[20] = '\x00';
    bytes[21] = '\x33';
    EXPECT_FALSE(wire::parse_stun(bytes));
    bytes[20] = '\x80';  // comprehension-optional
    const auto read = wire::parse_stun(bytes);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->mapped);
}

TEST(Stun, ChecksTheFingerprintWhereThereIsOne) {
    std::string bytes("\x01\x01\x00\x08\x21\x12\xa4\x42", 8);
    bytes += sample_transaction;
    bytes += std::string("\x80\x28\x00\x04\x00\x00\x00\x00", 8);
    EXPECT_FALSE(wire::parse_stun(bytes));
}

TEST(Stun, SurvivesEveryOctetInEveryPlace) {
    const auto bytes = success_of({*wire::parse_ipv4("192.0.2.1"), 5060});
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int octet = 0; octet < 256; ++octet) {
            auto changed = bytes;
            changed[at] = static_cast<char>(octet);
            const auto read = wire::parse_stun(changed);
            if (!read) continue;
            EXPECT_EQ(read->transaction.size(), wire::stun_transaction_octets);
        }
}

}  // namespace
}  // namespace twinline::test
