// A wait for a processor: what the kernel writes of it, and two processes with one processor
// between them.
#include "rig/testbed/processor_wait.hh"

#include "rig/testbed/process.hh"
#include "tests/testbed/lab_test.hh"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

TEST(ProcessorWait, IsTheSecondNumber) {
    EXPECT_EQ(read_schedstat("12 34567 8"), 34567ns);
    for (const auto* text :
         {"", " ", "12", "12 ", "12 x 3", "12 -5 3", "12 99999999999999999999 3"})
        EXPECT_EQ(read_schedstat(text), 0ns) << text;
    EXPECT_EQ(processor_wait(0), 0ns) << "there is none";
}

TEST(ProcessorWait, IsCountedFromLookToLook) {
    const auto begin = std::chrono::steady_clock::time_point{};
    WaitMeter meter(begin);
    EXPECT_EQ(meter.more(30ms, begin + 500ms), 30ms);
    EXPECT_EQ(meter.more(30ms, begin + 900ms), 0ns);
    EXPECT_EQ(meter.more(430ms, begin + 1300ms), 400ms) << "all the time";
    EXPECT_EQ(meter.more(20ms, begin + 1800ms), 0ns) << "the thread that waited most has ended";
}

TEST(ProcessorWait, IsNeverLongerThanTheTimeThatPassed) {
    const auto begin = std::chrono::steady_clock::time_point{};
    WaitMeter meter(begin);
    EXPECT_EQ(meter.more(4997ms, begin + 500ms), 0ns) << "a sleep, as some kernels count";
    EXPECT_EQ(meter.more(5017ms, begin + 1000ms), 20ms);
}

using ProcessorWaitInLab = LabTest;

TEST_F(ProcessorWaitInLab, GrowsWhereTwoHaveOneProcessor) {
    if (!std::filesystem::exists("/proc/self/schedstat")) GTEST_SKIP() << "not counted here";
    Spawn spawn;
    spawn.argv = {"taskset", "-c", "0", "sh", "-c", "while :; do :; done"};
    const Process one(io, spawn), other(io, spawn);
    EXPECT_TRUE(turn_until(
        [&] { return std::max(processor_wait(one.pid()), processor_wait(other.pid())) > 50ms; },
        5s));
}

}  // namespace
}  // namespace twinline::testbed
