// AudioCodes' files: the failover table's parameters (AC-PAR-01 to AC-PAR-05) and what they
// presuppose.
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Loaded audiocodes(std::string_view text) { return load(Vendor::audiocodes, "phone.cfg", text, {}); }

constexpr std::string_view lobby = R"(voip/line/0/enabled=1
voip/line/0/id=1001
voip/line/0/auth_name=1001
voip/line/0/auth_password=correct-horse-1001
voip/line/1/id=1002
voip/signalling/sip/use_proxy=1
voip/signalling/sip/proxy_address=pbx.test
voip/signalling/sip/proxy_port=65535
voip/signalling/sip/sip_outbound_proxy/enabled=1
voip/signalling/sip/sip_outbound_proxy/addr=obp.test
voip/signalling/sip/sip_outbound_proxy/port=65535
voip/signalling/sip/transport_protocol=TLS
voip/signalling/sip/outgoing_request_no_response_timeout_ms=3500
voip/signalling/sip/failback_retry_timeout=
network/lan/domain_name_server/0=192.0.2.2
)";

TEST(AudiocodesConfig, turns_65535_into_a_look_up) {
    const auto loaded = audiocodes(lobby);
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    ASSERT_EQ(loaded.config.accounts.size(), 1U);  // the second line is not enabled
    const auto& account = loaded.config.accounts[0];
    EXPECT_EQ(account.user, "1001");
    EXPECT_EQ(account.servers.at(0).host, "pbx.test");
    EXPECT_EQ(account.servers.at(0).port, 0);
    EXPECT_EQ(account.servers.at(0).transport, TransportChoice::tls);
    EXPECT_EQ(account.outbound_proxies.at(0).host, "obp.test");
    EXPECT_EQ(account.outbound_proxies.at(0).port, 0);
    EXPECT_EQ(account.silence_limit, 3500ms);
    EXPECT_EQ(loaded.config.dns_servers.size(), 1U);
    EXPECT_THAT(loaded.ignored, ElementsAre("voip/signalling/sip/failback_retry_timeout"));
}

TEST(AudiocodesConfig, knows_the_defaults) {
    const auto loaded = audiocodes(
        "voip/line/0/enabled=1\nvoip/line/0/id=1001\nvoip/signalling/sip/proxy_address=pbx.test\n");
    const auto& account = loaded.config.accounts.at(0);
    EXPECT_EQ(account.servers.at(0).port, 5060);
    EXPECT_EQ(account.servers.at(0).transport, TransportChoice::udp);
    EXPECT_EQ(account.silence_limit, 32000ms);
    EXPECT_THAT(account.outbound_proxies, IsEmpty());
}

TEST(AudiocodesConfig, says_every_error_of_a_file) {
    const auto loaded = audiocodes(
        "voip/line/0/enabled=1\nvoip/signalling/sip/transport_protocol=SCTP\n"
        "voip/signalling/sip/outgoing_request_no_response_timeout_ms=0\nvoip/line/9/id=1009\n");
    EXPECT_THAT(
        lines(loaded.errors),
        ElementsAre(HasSubstr("voip/line/0/id is missing"), HasSubstr("proxy_address is missing"),
                    HasSubstr("transport_protocol = SCTP: permitted is one of UDP, TCP, TLS"),
                    HasSubstr("_timeout_ms = 0: permitted is an integer from 1"),
                    HasSubstr("voip/line/9/id: permitted are voip/line/0/id to voip/line/7/id")));
}

}  // namespace
}  // namespace twinline::config
