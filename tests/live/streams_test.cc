// Real connections on the loopback: opened, used, lost, and refused for their certificates.
#include "reference_impl/live/streams.hh"

#include "tests/live/certificates.hh"
#include "tests/live/loopback.hh"
#include "tests/live/stream_peer.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace twinline::live {
namespace {

using testing::HasSubstr;

struct Trust {
    std::string ca_file;
    phone::CertificateChecks checks{};
};

class Connecting : public testing::Test {
  protected:
    void open(wire::Endpoint remote, wire::Transport transport = wire::Transport::tcp,
              const Trust& trust = {}, const std::string& name = "pbx.test") {
        streams_.emplace(context_, loopback, trust.ca_file, [this](const phone::Input& input) {
            if (const auto* up = std::get_if<phone::Connected>(&input)) local_ = up->local;
            if (const auto* lost = std::get_if<phone::ConnectionLost>(&input)) lost_ = lost->reason;
            if (const auto* came = std::get_if<phone::StreamReceived>(&input))
                received_ += came->bytes;
        });
        streams_->open({1, transport, remote, name, {}, trust.checks});
    }
    bool is_up() {
        return run_until(context_, [this] { return local_ || !lost_.empty(); }) && local_;
    }
    bool is_lost() {
        return run_until(context_, [this] { return !lost_.empty(); });
    }
    bool echoes(const std::string& text) {
        streams_->send(1, text);
        return run_until(context_, [&] { return received_ == text; });
    }

    boost::asio::io_context context_;
    TestAuthority authority_;
    std::optional<Streams> streams_;
    std::optional<wire::Endpoint> local_;
    std::string lost_, received_;
};

TEST_F(Connecting, carries_octets_both_ways_over_tcp) {
    StreamPeer echo(context_);
    open(echo.endpoint());
    ASSERT_TRUE(is_up()) << lost_;
    EXPECT_EQ(local_->address, loopback);
    EXPECT_TRUE(echoes(std::string(100000, 'x')));
}

TEST_F(Connecting, tells_why_a_connection_is_no_more) {
    {
        boost::asio::io_context other;
        open({loopback, free_port(other)});
        ASSERT_TRUE(is_lost());
        EXPECT_EQ(lost_, "refuses the connection");
    }
    lost_.clear();
    StreamPeer echo(context_);
    open(echo.endpoint());
    ASSERT_TRUE(is_up());
    echo.close();
    ASSERT_TRUE(is_lost());
    EXPECT_EQ(lost_, "closes the connection");
    streams_->send(1, "too late");
}

TEST_F(Connecting, says_nothing_of_what_the_phone_closed) {
    StreamPeer echo(context_);
    open(echo.endpoint());
    ASSERT_TRUE(is_up());
    streams_->close(1);
    context_.run_for(std::chrono::milliseconds(20));
    EXPECT_EQ(lost_, "");
    streams_.reset();
}

TEST_F(Connecting, carries_octets_over_tls_where_the_certificate_is_good) {
    StreamPeer echo(context_, {}, authority_.server_file("pbx.test"));
    open(echo.endpoint(), wire::Transport::tls, {authority_.ca_file(), {true, true}});
    ASSERT_TRUE(is_up()) << lost_;
    EXPECT_TRUE(echoes("INVITE"));
}

TEST_F(Connecting, knows_a_server_by_its_address_too) {
    StreamPeer echo(context_, {}, authority_.server_file("127.0.0.1"));
    open(echo.endpoint(), wire::Transport::tls, {authority_.ca_file(), {true, true}}, "127.0.0.1");
    EXPECT_TRUE(is_up()) << lost_;
}

TEST_F(Connecting, refuses_a_certificate_for_another_name) {
    StreamPeer echo(context_, {}, authority_.server_file("other.test"));
    open(echo.endpoint(), wire::Transport::tls, {authority_.ca_file(), {true, true}});
    ASSERT_TRUE(is_lost());
    EXPECT_THAT(lost_, HasSubstr("certificate that is not good: hostname mismatch"));
    EXPECT_FALSE(local_);
}

TEST_F(Connecting, takes_another_name_where_names_do_not_count) {
    StreamPeer echo(context_, {}, authority_.server_file("other.test"));
    open(echo.endpoint(), wire::Transport::tls, {authority_.ca_file(), {true, false}});
    EXPECT_TRUE(is_up()) << lost_;
}

TEST_F(Connecting, refuses_an_authority_that_it_does_not_know) {
    const TestAuthority stranger;
    StreamPeer echo(context_, {}, stranger.server_file("pbx.test"));
    open(echo.endpoint(), wire::Transport::tls, {authority_.ca_file(), {true, true}});
    ASSERT_TRUE(is_lost());
    EXPECT_THAT(lost_, HasSubstr("certificate that is not good"));
}

TEST_F(Connecting, takes_any_certificate_where_they_do_not_count) {
    const TestAuthority stranger;
    StreamPeer echo(context_, {}, stranger.server_file("other.test"));
    open(echo.endpoint(), wire::Transport::tls, {authority_.ca_file(), {false, true}});
    EXPECT_TRUE(is_up()) << lost_;
}

TEST_F(Connecting, names_a_file_that_holds_no_authority) {
    EXPECT_THROW(open({loopback, 1}, wire::Transport::tls, {"/dev/null", {true, true}}),
                 std::system_error);
}

}  // namespace
}  // namespace twinline::live
