// Dotted addresses: what is one, and what only looks like one.
#include "reference_impl/wire/endpoint.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::wire {
namespace {

TEST(Ipv4, reads_and_prints_every_octet_in_its_place) {
    const auto address = parse_ipv4("192.0.2.11");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->value, 0xc000020bU);
    EXPECT_EQ(to_string(*address), "192.0.2.11");
    EXPECT_EQ(to_string(Endpoint{*address, 5060}), "192.0.2.11:5060");
    EXPECT_EQ(parse_ipv4("255.255.255.255")->value, 0xffffffffU);
    EXPECT_EQ(parse_ipv4("0.0.0.0")->value, 0U);
}

TEST(Ipv4, refuses_what_is_not_exactly_four_decimal_octets) {
    for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.1.1.1",
                             "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "0x1.2.3.4",
                             "1.2.3.-4", "4294967297.0.0.1", "pbx.test"}) {
        EXPECT_FALSE(parse_ipv4(text)) << text;
    }
}

}  // namespace
}  // namespace twinline::wire
