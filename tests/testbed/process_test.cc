// Children of the rig: what they say and how they end is known, and they end with their owner.
#include "tests/testbed/lab_test.hh"

#include <gmock/gmock.h>

#include <csignal>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ProcessTest : public LabTest {
  protected:
    Spawn shell(const std::string& script) {
        Spawn spawn;
        spawn.argv = {"sh", "-c", script};
        spawn.on_line = [this](Stream stream, std::string_view line) {
            lines.push_back((stream == Stream::out ? "out " : "err ") + std::string(line));
        };
        spawn.on_exit = [this](int status) { endings.push_back(describe_status(status)); };
        return spawn;
    }

    std::vector<std::string> lines, endings;
};

TEST_F(ProcessTest, LinesComeBeforeTheEnd) {
    Process process(io, shell("echo one; printf two; exit 9"));
    EXPECT_TRUE(await(process.ended(5s)));
    turn_until([this] { return !endings.empty(); }, 1s);
    EXPECT_THAT(lines, ElementsAre("out one", "out two"));
    EXPECT_THAT(endings, ElementsAre("exit code 9"));
    EXPECT_EQ(WEXITSTATUS(process.status()), 9);
}

TEST_F(ProcessTest, TakesWhatIsWrittenToIt) {
    Process process(io, shell("read word; echo got $word >&2"));
    process.write("this\n");
    EXPECT_TRUE(await(process.ended(5s)));
    EXPECT_THAT(lines, ElementsAre("err got this"));
}

TEST_F(ProcessTest, WritingToADeadChildIsAnErrorAndNoSignal) {
    Process process(io, shell("exit 0"));
    EXPECT_TRUE(await(process.ended(5s)));
    EXPECT_THROW(process.write("x\n"), std::system_error);
}

TEST_F(ProcessTest, DestructorEndsTheWholeGroupAndCallsNobody) {
    int pid = 0;
    {
        Process process(io, shell("trap '' TERM INT; sleep 60 & sleep 60 & echo up; wait"));
        ASSERT_TRUE(turn_until([this] { return !lines.empty(); }, 5s));
        pid = process.pid();
        EXPECT_EQ(::kill(-pid, 0), 0);
    }
    EXPECT_EQ(::kill(-pid, 0), -1);
    turn_until([] { return false; }, 20ms);
    EXPECT_TRUE(endings.empty());
}

TEST_F(ProcessTest, ItsGroupEndsWithTheChildItself) {
    Process process(io, shell("sleep 60 & exit 0"));
    const int pid = process.pid();
    EXPECT_TRUE(await(process.ended(5s)));
    EXPECT_EQ(::kill(-pid, 0), -1);
}

TEST_F(ProcessTest, WhatCannotStartIsSaidAtOnce) {
    Spawn spawn;
    spawn.argv = {"no-such-program"};
    try {
        Process process(io, std::move(spawn));
        FAIL() << "it started";
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("start no-such-program"));
    }
    Spawn nowhere = shell("true");
    nowhere.directory = "no/such/folder";
    EXPECT_THROW(Process(io, std::move(nowhere)), std::system_error);
}

TEST_F(ProcessTest, AFailedCommandBringsItsOwnWords) {
    EXPECT_EQ(run_command({"cat"}, nullptr, "hello"), "hello");
    try {
        run_command({"sh", "-c", "echo no such thing >&2; exit 4"});
        FAIL() << "it succeeded";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("exit code 4: no such thing"));
    }
}

}  // namespace
}  // namespace twinline::testbed
