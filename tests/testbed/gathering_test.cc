// Who comes first waits for the other, but not for ever.
#include "rig/run/gathering.hh"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Gatherings : ::testing::Test {
    boost::asio::io_context io{1};
    std::vector<std::string> said;

    void join(run::Gathering& gathering, const std::string& subject,
              const std::string& what = "primary") {
        boost::asio::co_spawn(io, gathering.join(what, subject),
                              [this, subject](std::exception_ptr, bool all) {
                                  said.push_back(subject + (all ? " gathered" : " alone"));
                              });
    }
    void leave(run::Gathering& gathering, const std::string& subject) {
        boost::asio::co_spawn(
            io, gathering.leave("primary", subject),
            [this, subject](std::exception_ptr) { said.push_back(subject + " left"); });
    }
    // What is ready now, and no waiting.
    void settle() {
        io.restart();
        io.poll();
    }
};

TEST_F(Gatherings, AtADeskNobodyWaits) {
    run::Gathering gathering(io, 1h);
    join(gathering, "twin");
    settle();
    leave(gathering, "twin");
    settle();
    EXPECT_THAT(said, ElementsAre("twin gathered", "twin left"));
}

TEST_F(Gatherings, TheFirstWaitsForTheOther) {
    run::Gathering gathering(io, 1h);
    gathering.expect(2);
    join(gathering, "twin");
    settle();
    EXPECT_THAT(said, IsEmpty());
    join(gathering, "device");
    settle();
    EXPECT_THAT(said, UnorderedElementsAre("twin gathered", "device gathered"));
}

TEST_F(Gatherings, WhatIsWantedOfAnotherServerDoesNotCount) {
    run::Gathering gathering(io, 1h);
    gathering.expect(2);
    join(gathering, "twin", "primary");
    join(gathering, "device", "secondary");
    settle();
    EXPECT_THAT(said, IsEmpty());
}

TEST_F(Gatherings, NobodyWaitsForAPartThatIsOver) {
    run::Gathering gathering(io, 1h);
    gathering.expect(2);
    join(gathering, "twin");
    settle();
    gathering.expect(1);
    settle();
    EXPECT_THAT(said, ElementsAre("twin gathered"));
}

TEST_F(Gatherings, PatienceEndsAndItIsAsBefore) {
    run::Gathering gathering(io, 1ms);
    gathering.expect(2);
    join(gathering, "twin");
    io.run();
    EXPECT_THAT(said, ElementsAre("twin alone"));
    join(gathering, "device");
    io.restart();
    io.run();
    EXPECT_THAT(said, ElementsAre("twin alone", "device alone")) << "the twin no longer counts";
}

TEST_F(Gatherings, TheFirstThatLeavesWaitsForTheLast) {
    run::Gathering gathering(io, 1h);
    gathering.expect(2);
    join(gathering, "twin");
    join(gathering, "device");
    settle();
    said.clear();
    leave(gathering, "twin");
    settle();
    EXPECT_THAT(said, IsEmpty());
    leave(gathering, "device");
    settle();
    EXPECT_THAT(said, UnorderedElementsAre("twin left", "device left"));
}

TEST_F(Gatherings, NobodyIsHeldUpByOneThatStays) {
    run::Gathering gathering(io, 1ms);
    gathering.expect(2);
    join(gathering, "twin");
    join(gathering, "device");
    settle();
    said.clear();
    leave(gathering, "twin");
    io.restart();
    io.run();
    EXPECT_THAT(said, ElementsAre("twin left"));
}

}  // namespace
}  // namespace twinline::test
