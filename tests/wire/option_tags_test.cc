// Option tags are found wherever the header's lines have them (RFC 3261 7.3.1).
#include "reference_impl/wire/option_tags.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

wire::SipMessage with(std::vector<wire::Header> lines) {
    wire::SipMessage message;
    message.other = std::move(lines);
    return message;
}

TEST(OptionTags, AreReadFromEveryLineOfTheName) {
    const auto message = with({{"Supported", "path"}, {"Supported", " gruu , Outbound"}});
    EXPECT_TRUE(wire::has_option(message, "Supported", "outbound"));
    EXPECT_TRUE(wire::has_option(message, "supported", "path"));
    EXPECT_FALSE(wire::has_option(message, "Require", "path"));
}

TEST(OptionTags, AreWholeWords) {
    const auto message = with({{"Supported", "outbounds,,x-outbound, "}});
    EXPECT_FALSE(wire::has_option(message, "Supported", "outbound"));
    EXPECT_TRUE(wire::has_option(message, "Supported", "x-outbound"));
    EXPECT_FALSE(wire::has_option(with({}), "Supported", "outbound"));
}

}  // namespace
}  // namespace twinline::test
