// What configuration servers of virtual time give, and how a fault of one looks to a phone.
#include "rig/world/world.hh"
#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using scenario::Treatment;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Treatment::Kind;
using Outcome = phone::Fetched::Outcome;

constexpr wire::Ipv4 first{0xc000021f}, nobody{0xc00002fe};

class FileServers : public ::testing::Test {
  protected:
    void begin(const std::string& protocol, std::uint16_t port) {
        scenario::Topology t;
        t.domain = "pbx.test";
        t.hosts = {{"first", "192.0.2.31", scenario::HostRuns::configuration, port}};
        t.configuration = {protocol, {{"common.cfg", std::string(1000, 'a')}}};
        world_.emplace(t);
        world_->on_file([this](const world::FileEvent& event) { events_.push_back(event); });
        fetch_.protocol = *config::parse_download_protocol(protocol);
        fetch_.remote = {first, port};
        fetch_.name = "cfg.pbx.test";
        fetch_.path = "/common.cfg";
        fetch_.limits = {2000, 10s, 8s};
    }

    phone::Fetched got(wire::Ipv4 source = device) {
        events_.clear();
        std::optional<phone::Fetched> result;
        const auto asked = world_->time();
        world_->ask_for_file(source, fetch_, [&](const phone::Fetched& f) { result = f; });
        while (!result && world_->step()) {
        }
        took_ = world_->time() - asked;
        return result.value_or(phone::Fetched{});
    }

    phone::Fetched got_under(Treatment treatment) {
        world_->treat(first, device, std::move(treatment));
        return got();
    }

    std::vector<std::string> seen() const {
        std::vector<std::string> list;
        for (const auto& event : events_) {
            auto text = event.kind;
            for (const auto* field : {"method", "status", "bytes", "outcome"})
                if (const auto found = event.fields.find(field); found != event.fields.end())
                    text += " " + found->second;
            list.push_back(text);
        }
        return list;
    }

    std::optional<world::World> world_;
    phone::Fetch fetch_;
    std::vector<world::FileEvent> events_;
    wire::Duration took_{};
};

TEST_F(FileServers, GiveWhatTheyHaveOverEachProtocol) {
    begin("http", 80);
    EXPECT_EQ(got().body.size(), 1000U);
    EXPECT_THAT(seen(), ElementsAre("config.attempt", "config.request GET",
                                    "config.response 200 1000 complete"));
    begin("https", 443);
    EXPECT_EQ(got().outcome, Outcome::complete);
    begin("ftp", 21);
    got();
    EXPECT_THAT(seen(), ElementsAre("config.attempt", "config.request RETR",
                                    "config.response 226 1000 complete"));
    begin("tftp", 69);
    got();
    EXPECT_THAT(seen(), ElementsAre("config.request RRQ", "config.response data 1000 complete"));
}

TEST_F(FileServers, LackWhatTheyHaveNot) {
    for (const auto& [protocol, port, status] :
         {std::tuple("http", 80, "404"), std::tuple("ftp", 21, "550"),
          std::tuple("tftp", 69, "error 1")}) {
        begin(protocol, static_cast<std::uint16_t>(port));
        fetch_.path = "/other.cfg";
        const auto result = got();
        EXPECT_EQ(result.outcome, Outcome::missing);
        EXPECT_EQ(result.status, status);
    }
}

TEST_F(FileServers, AreSilentUntilThePhoneHasHadEnough) {
    begin("http", 80);
    EXPECT_EQ(got_under({}).outcome, Outcome::timeout);
    EXPECT_EQ(took_, 10s);
    EXPECT_THAT(seen(), ElementsAre("config.attempt"));
    EXPECT_EQ(got(twin).outcome, Outcome::complete) << "nobody else notices";
    fetch_.remote.address = nobody;
    EXPECT_EQ(got(twin).outcome, Outcome::timeout);
}

TEST_F(FileServers, RefuseAtOnce) {
    begin("http", 80);
    EXPECT_EQ(got_under({.kind = Kind::refuse}).outcome, Outcome::unreachable);
    EXPECT_LT(took_, 10ms);
    EXPECT_THAT(seen(), ElementsAre("config.attempt", "tcp.rst"));
    fetch_.remote.port = 81;
    EXPECT_EQ(got(twin).outcome, Outcome::unreachable) << "nobody listens there";
    begin("tftp", 69);
    EXPECT_EQ(got_under({.kind = Kind::refuse}).outcome, Outcome::timeout) << "as libcurl";
    EXPECT_THAT(seen(), ElementsAre("config.request RRQ", "icmp.unreachable"));
}

TEST_F(FileServers, AreSoughtByTheirRouterWhenTheyAreOffTheNetwork) {
    Treatment gone{.kind = Kind::link_down};
    gone.delay = 3s;
    begin("http", 80);
    EXPECT_EQ(got_under(gone).outcome, Outcome::unreachable);
    EXPECT_GE(took_, 3s);
    EXPECT_LT(took_, 3010ms);
    EXPECT_THAT(seen(), ElementsAre("config.attempt", "icmp.unreachable"));
    EXPECT_EQ(events_.back().fields.at("code"), "1");
    EXPECT_EQ(got(twin).outcome, Outcome::complete) << "as the rig's orders are keyed here";
    EXPECT_EQ(got_under({.kind = Kind::unreachable}).outcome, Outcome::unreachable);
    EXPECT_LT(took_, 10ms) << "the router knows no way";
    begin("tftp", 69);
    gone.kind = Kind::address_gone;
    EXPECT_EQ(got_under(gone).outcome, Outcome::timeout) << "as libcurl";
    EXPECT_EQ(took_, 10s);
    EXPECT_THAT(seen(), ElementsAre("config.request RRQ", "icmp.unreachable"));
}

TEST_F(FileServers, ServeWhoSoughtThemWhenTheyAreBackInTime) {
    for (const auto& [back_after, outcome] :
         {std::pair(2s, Outcome::complete), std::pair(4s, Outcome::unreachable)}) {
        begin("http", 80);
        Treatment gone{.kind = Kind::link_down};
        gone.delay = 3s;
        world_->schedule(world_->time() + back_after, [&] { world_->heal(first, device); });
        EXPECT_EQ(got_under(gone).outcome, outcome);
        EXPECT_GE(took_, std::min<wire::Duration>(back_after, 3s));
        EXPECT_LT(took_, std::min<wire::Duration>(back_after, 3s) + 20ms);
    }
}

TEST_F(FileServers, RejectWithAnyCode) {
    begin("http", 80);
    EXPECT_EQ(got_under({.kind = Kind::reject, .status = 503}).outcome, Outcome::refused);
    EXPECT_THAT(seen().back(), "config.response 503 0 refused");
    EXPECT_EQ(got_under({.kind = Kind::reject, .status = 404}).outcome, Outcome::missing);
    begin("tftp", 69);
    EXPECT_EQ(got_under({.kind = Kind::reject, .status = 2}).status, "error 2");
}

TEST_F(FileServers, AreSlow) {
    begin("http", 80);
    EXPECT_EQ(got_under({.kind = Kind::slow, .delay = 8s - 1ms}).outcome, Outcome::complete);
    EXPECT_EQ(got_under({.kind = Kind::slow, .delay = 8s}).outcome, Outcome::timeout);
}

TEST_F(FileServers, DieInAFile) {
    begin("http", 80);
    const auto cut = got_under({.kind = Kind::cut, .octets = 400});
    EXPECT_EQ(cut.outcome, Outcome::cut);
    EXPECT_EQ(cut.body.size(), 400U);
    EXPECT_EQ(seen().back(), "config.response 200 400 cut");
    EXPECT_EQ(got_under({.kind = Kind::cut, .octets = 1000}).outcome, Outcome::complete);
    EXPECT_EQ(got_under({.kind = Kind::truncate, .octets = 400}).outcome, Outcome::cut);
    const auto stalled = got_under({.kind = Kind::stall, .octets = 400});
    EXPECT_EQ(stalled.outcome, Outcome::timeout);
    EXPECT_EQ(stalled.body.size(), 400U);
    EXPECT_GE(took_, 8s);
    world_->heal(first, device);
    EXPECT_EQ(got().outcome, Outcome::complete);
}

TEST_F(FileServers, OverTftpCannotSayThatTheyDie) {
    begin("tftp", 69);
    EXPECT_EQ(got_under({.kind = Kind::cut, .octets = 400}).outcome, Outcome::timeout);
    const auto part = got_under({.kind = Kind::truncate, .octets = 400});
    EXPECT_EQ(part.outcome, Outcome::complete);
    EXPECT_EQ(part.body.size(), 400U);
}

TEST_F(FileServers, ShowAnotherCertificate) {
    begin("https", 443);
    EXPECT_EQ(got_under({.kind = Kind::wrong_certificate}).outcome, Outcome::bad_certificate);
    EXPECT_THAT(seen(), ElementsAre("config.attempt"));
    fetch_.checks.name = false;
    EXPECT_EQ(got().outcome, Outcome::complete);
    EXPECT_EQ(got_under({.kind = Kind::wrong_certificate, .expired = true}).outcome,
              Outcome::bad_certificate);
    fetch_.checks.authority = false;
    EXPECT_EQ(got().outcome, Outcome::complete);
}

TEST_F(FileServers, AreBornNoLongerThanTheLimit) {
    begin("http", 80);
    fetch_.limits.octets = 999;
    EXPECT_EQ(got().outcome, Outcome::too_big);
    fetch_.limits.octets = 1000;
    EXPECT_EQ(got().outcome, Outcome::complete);
}

TEST_F(FileServers, ServeAPhoneBeforeItRegisters) {
    begin("http", 80);
    config::PhoneConfig config;
    config.provisioning = {config::DownloadProtocol::http, "192.0.2.31", 80, {}, {"x.cfg"}, {}};
    phone::SeededOracle oracle(1);
    world_->add_phone("device", device, config, {}, oracle);
    std::string state;
    world_->on_output([&](std::string_view, const phone::Output& output) {
        if (const auto* shown = std::get_if<phone::ProvisioningDisplay>(&output))
            state = shown->state;
    });
    world_->input("device", phone::PowerOn{device});
    EXPECT_EQ(state, "downloading");
    for (int i = 0; i < 100 && world_->step(); ++i) {
    }
    EXPECT_EQ(state, "done");
    EXPECT_THAT(events_.front().clauses, ::testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace twinline::test
