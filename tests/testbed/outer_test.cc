// The way into the lab: signals and exit codes pass through it, and nothing is left when it is
// killed.
#include "rig/testbed/outer.hh"

#include "rig/testbed/doctor.hh"
#include "tests/testbed/as_program.hh"
#include "tests/testbed/lab_test.hh"

#include <gmock/gmock.h>

#include <csignal>
#include <sys/wait.h>
#include <filesystem>
#include <fstream>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// As a shell tells it.
int code_of(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

class Outer : public LabTest {
  protected:
    // Until it has said "ready".
    Process start(const std::string& name) {
        ready = false;
        Spawn spawn;
        spawn.argv = program_argv(name);
        spawn.directory = work_area();
        spawn.on_line = [this](Stream, std::string_view line) { ready = ready || line == "ready"; };
        return Process(io, std::move(spawn));
    }

    int run(const std::string& name) {
        Process process = start(name);
        EXPECT_TRUE(await(process.ended(10s)));
        return code_of(process.status());
    }

    // Only the outermost process is told, as by `kill` or a supervisor.
    int code_after(const std::string& name, int signal) {
        Process process = start(name);
        EXPECT_TRUE(turn_until([this] { return ready; }, 10s));
        ::kill(process.pid(), signal);
        EXPECT_TRUE(await(process.ended(5s)));
        return code_of(process.status());
    }

    // Processes that are in another pid namespace than the tests: those of a lab inside.
    static std::size_t strangers() {
        const auto ours = fs::read_symlink("/proc/self/ns/pid");
        std::size_t count = 0;
        for (const auto& entry : fs::directory_iterator("/proc")) {
            std::error_code gone;
            const auto theirs = fs::read_symlink(entry.path() / "ns/pid", gone);
            const auto name = entry.path().filename().string();
            const bool process = name.front() >= '1' && name.front() <= '9';
            if (process && !gone && theirs != ours) ++count;
        }
        return count;
    }

    bool ready = false;
};

TEST_F(Outer, ExitCodePassesThrough) {
    EXPECT_EQ(run("seven"), 7);
    EXPECT_EQ(run("crash"), 128 + SIGSEGV);
}

TEST_F(Outer, OrphansAreReapedAndOurOwnChildrenAreNot) { EXPECT_EQ(run("orphan"), 0); }

TEST_F(Outer, TheWorkingDirectoryStaysWritable) {
    EXPECT_EQ(run("write"), 0);
    EXPECT_TRUE(fs::exists(work_area() / "written"));
}

TEST_F(Outer, SignalsReachTheProgramInside) {
    EXPECT_EQ(code_after("lab", SIGINT), 130);
    EXPECT_EQ(code_after("lab", SIGTERM), 130);
    EXPECT_EQ(strangers(), 0U);
}

TEST_F(Outer, AProgramWithoutHandlersEndsWith130Too) {
    EXPECT_EQ(code_after("sleep", SIGINT), 130);
    EXPECT_EQ(code_after("sleep", SIGTERM), 130);
}

TEST_F(Outer, KilledAtOnceItLeavesNothing) {
    Process process = start("lab");
    ASSERT_TRUE(turn_until([this] { return ready; }, 10s));
    ASSERT_GT(strangers(), 20U);  // two Kamailios
    ::kill(process.pid(), SIGKILL);
    EXPECT_TRUE(turn_until([] { return strangers() == 0; }, 2s))
        << strangers() << " processes left";
}

TEST_F(Outer, KilledAtAnyInstantItLeavesNothing) {
    for (int step = 0; step < 12; ++step) {
        Process process = start("lab");
        const auto until = std::chrono::steady_clock::now() + step * 12ms;
        turn_until([&] { return std::chrono::steady_clock::now() >= until; }, 1s);
        ::kill(process.pid(), SIGKILL);
        EXPECT_TRUE(turn_until([] { return strangers() == 0; }, 2s))
            << strangers() << " processes left after a kill at " << step * 12 << " ms";
    }
}

TEST_F(Outer, TheDoctorFindsThisMachineFit) {
    for (const auto& check : doctor()) {
        EXPECT_TRUE(check.ok || !check.remedy.empty()) << check.check;
        EXPECT_TRUE(check.ok) << check.check << ": " << check.found;
    }
}

TEST_F(Outer, DoctorSaysWhichPhonesAreInstalled) {
    Devices devices;
    devices["here"].needs = {{"sh", "apt-get install dash"}};
    devices["absent"].needs = {{"no-such-phone", "apt-get install no-such-phone"}};
    devices["own"];
    const auto checks = doctor_of_phones(devices);
    ASSERT_EQ(checks.size(), 2U);
    EXPECT_EQ(checks[0].check, "phone absent");
    EXPECT_FALSE(checks[0].ok);
    EXPECT_EQ(checks[0].remedy, "apt-get install no-such-phone");
    EXPECT_TRUE(checks[1].ok) << checks[1].found;
}

}  // namespace
}  // namespace twinline::testbed
