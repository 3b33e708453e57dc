// The driver around a real phone on the loopback: datagrams both ways, ICMP errors, the deadline,
// and ports that come and go.
#include "reference_impl/live/driver.hh"

#include "reference_impl/wire/sip_message.hh"
#include "tests/live/certificates.hh"
#include "tests/live/loopback.hh"
#include "tests/live/stream_peer.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::live {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::HasSubstr;

std::string answer_ok(std::string_view request) {
    auto message = wire::parse_sip(request).value();
    message.method.clear();
    message.request_uri.clear();
    message.status = 200;
    message.reason = "OK";
    message.to.params = {{"tag", "t"}};
    message.max_forwards.reset();
    return wire::serialise(message);
}

class Driving : public testing::Test {
  protected:
    void configure(std::string registrar, std::uint16_t port) {
        config::Account account;
        account.user = "1001";
        account.servers = {
            {std::move(registrar), port, config::TransportChoice::udp, std::chrono::seconds(3600)}};
        config_.accounts = {account};
        config_.local_port = free_port(context_);
        config_.timers = {milliseconds(100), milliseconds(400), milliseconds(500)};
    }

    void start(milliseconds idle = std::chrono::seconds(60)) {
        phone_.emplace(config_, mutants::Defect{}, oracle_);
        DriverSettings settings;
        settings.address = loopback;
        settings.sip_port = config_.local_port;
        settings.idle = idle;
        settings.ca_file = ca_file_;
        driver_.emplace(
            context_, *phone_, settings,
            [this](wire::Instant at, const phone::Output& output) { on_output(at, output); },
            [this](wire::Instant, const std::string& text) { errors_.push_back(text); });
        driver_->power_on();
    }

    void on_output(wire::Instant at, const phone::Output& output) {
        EXPECT_LE(at, driver_->now());
        if (const auto* display = std::get_if<phone::Display>(&output)) {
            line_state_ = display->line_state;
            notices_.push_back(display->notice);
        }
    }

    bool line_becomes(const std::string& state, milliseconds limit = std::chrono::seconds(5)) {
        return run_until(
            context_, [&] { return line_state_ == state; }, limit);
    }

    boost::asio::io_context context_;
    config::PhoneConfig config_;
    phone::SeededOracle oracle_{1};
    std::optional<mutants::MutantPhone> phone_;
    std::optional<Driver> driver_;
    std::string ca_file_, line_state_;
    std::vector<std::string> notices_;
    std::vector<std::string> errors_;
};

TEST_F(Driving, registers_from_the_configured_port_and_unregisters) {
    Peer registrar(context_, {loopback, free_port(context_)},
                   [](Peer& peer, const Datagram& request) {
                       peer.send(request.remote, answer_ok(request.bytes));
                   });
    configure("127.0.0.1", registrar.local().port);
    start();
    ASSERT_TRUE(line_becomes("registered"));
    ASSERT_EQ(registrar.received().size(), 1U);
    EXPECT_EQ(registrar.received()[0].remote, (wire::Endpoint{loopback, config_.local_port}));

    driver_->give(phone::Unregister{});
    ASSERT_TRUE(line_becomes("off"));
    ASSERT_EQ(registrar.received().size(), 2U);
    const auto farewell = wire::parse_sip(registrar.received()[1].bytes);
    ASSERT_TRUE(farewell);
    const bool by_header = farewell->expires == 0U;
    const bool by_contact = farewell->contact.at(0).param("expires") == "0";
    EXPECT_TRUE(by_header || by_contact) << registrar.received()[1].bytes;
    EXPECT_THAT(errors_, testing::IsEmpty());
}

TEST_F(Driving, registers_over_tcp_and_tls) {
    const TestAuthority authority;
    for (const bool encrypted : {false, true}) {
        StreamPeer registrar(context_, answer_ok,
                             encrypted ? authority.server_file("127.0.0.1") : std::string());
        configure("127.0.0.1", registrar.endpoint().port);
        config_.accounts[0].servers[0].transport =
            encrypted ? config::TransportChoice::tls : config::TransportChoice::tcp;
        ca_file_ = authority.ca_file();
        line_state_.clear();
        start();
        EXPECT_TRUE(line_becomes("registered")) << encrypted;
        registrar.close();  // idle: nothing that the user would see
        context_.run_for(milliseconds(50));
        EXPECT_EQ(line_state_, "registered") << encrypted;
        driver_.reset();
    }
}

TEST_F(Driving, wakes_the_phone_at_its_deadline_and_not_before) {
    Peer registrar(context_, {loopback, free_port(context_)});
    configure("127.0.0.1", registrar.local().port);
    start();
    ASSERT_TRUE(run_until(context_, [&] { return registrar.received().size() == 1; }));
    const auto first = driver_->now();
    ASSERT_TRUE(run_until(context_, [&] { return registrar.received().size() == 2; }));
    EXPECT_GE(driver_->now() - first, milliseconds(90)) << "Timer E starts at T1, here 100 ms";
    EXPECT_EQ(registrar.received()[0].bytes, registrar.received()[1].bytes);
}

TEST_F(Driving, tells_the_phone_of_a_refused_datagram_long_before_the_timeout) {
    configure("127.0.0.1", free_port(context_));
    start();
    ASSERT_TRUE(line_becomes("failed", milliseconds(2000))) << "Timer F would be at 6.4 s";
    EXPECT_THAT(notices_, Contains(HasSubstr("ICMP")));
}

TEST_F(Driving, reports_a_send_that_fails_in_a_way_that_no_icmp_code_says) {
    configure("255.255.255.255", 5060);  // a broadcast: sendto answers EACCES
    start();
    ASSERT_TRUE(run_until(
        context_, [&] { return !errors_.empty(); }, milliseconds(2000)));
    EXPECT_THAT(errors_[0], HasSubstr("send to 255.255.255.255:5060: "));
}

TEST_F(Driving, opens_the_port_of_a_dns_query_and_closes_it_when_idle) {
    const wire::Endpoint server{{0x7f350035}, 53};
    std::optional<Peer> dns;
    try {
        dns.emplace(context_, server);
    } catch (const std::system_error& error) {
        GTEST_SKIP() << error.what();
    }
    configure("pbx.test", 0);
    config_.dns_servers = {server.address};
    start(milliseconds(50));
    ASSERT_TRUE(run_until(context_, [&] { return !dns->received().empty(); }));
    EXPECT_NE(dns->received()[0].remote.port, config_.local_port);
    EXPECT_EQ(driver_->open_ports(), 2U);
    ASSERT_TRUE(run_until(
        context_, [&] { return driver_->open_ports() == 1; }, milliseconds(1000)));

    Peer probe(context_, {loopback, free_port(context_)});
    probe.send({loopback, config_.local_port},
               "OPTIONS sip:1001@127.0.0.1 SIP/2.0\r\n"
               "Via: SIP/2.0/UDP 127.0.0.1:" +
                   std::to_string(probe.local().port) +
                   ";branch=z9hG4bKp;rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@b.test>;tag=1\r\n"
                   "To: <sip:1001@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n");
    EXPECT_TRUE(run_until(context_, [&] { return !probe.received().empty(); }))
        << "the SIP port stays open";
}

TEST_F(Driving, refuses_to_start_on_a_port_in_use) {
    Peer other(context_, {loopback, free_port(context_)});
    configure("127.0.0.1", 5060);
    config_.local_port = other.local().port;
    EXPECT_THROW(start(), std::system_error);
}

TEST_F(Driving, may_end_while_handlers_wait) {
    Peer registrar(context_, {loopback, free_port(context_)});
    configure("127.0.0.1", registrar.local().port);
    start();
    driver_.reset();
    ASSERT_TRUE(run_until(context_, [&] { return registrar.received().size() == 1; }));
    registrar.send({loopback, config_.local_port}, "late");
    EXPECT_FALSE(run_until(
        context_, [&] { return registrar.received().size() == 2; }, milliseconds(300)))
        << "no timer of the driver outlives it";
}

}  // namespace
}  // namespace twinline::live
