// The phone as a program, in a child process: its lines, its exit codes, and how it ends.
#include "tests/live/program.hh"

#include "reference_impl/live/run_phone.hh"
#include "tests/live/loopback.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace twinline::live {
namespace {

using testing::HasSubstr;

class ProgramTest : public testing::Test {
  protected:
    ProgramTest() : registrar_(context_, {loopback, free_port(context_)}) {
        options_.address = loopback;
        options_.seed = 7;
        options_.config_file = testing::TempDir() +
                               fmt::format("twinline-{}-{}.cfg", getpid(), registrar_.local().port);
        local_port_ = free_port(context_);
        configure("");
    }
    ~ProgramTest() override { unlink(options_.config_file.c_str()); }

    void configure(const std::string& more) {
        std::ofstream(options_.config_file) << fmt::format(
            "account.1.user = 1001\naccount.1.registrar = 127.0.0.1\naccount.1.port = {}\n"
            "account.1.transport = udp\nsip.local_port = {}\n{}",
            registrar_.local().port, local_port_, more);
    }

    bool request_arrives(std::size_t count) {
        return run_until(context_, [&] { return registrar_.received().size() >= count; });
    }

    boost::asio::io_context context_;
    Peer registrar_;
    std::uint16_t local_port_ = 0;
    PhoneOptions options_;
};

TEST_F(ProgramTest, waits_for_the_command_and_reports_in_json_lines_with_both_clocks) {
    Program program(options_);
    ASSERT_TRUE(program.says("ready")) << program.output();
    EXPECT_THAT(program.output(), testing::Not(HasSubstr("decision")));
    const auto before = std::chrono::system_clock::now().time_since_epoch();
    program.tell(R"({"do":"power_on"})");
    ASSERT_TRUE(request_arrives(1));
    ASSERT_TRUE(program.says("\"kind\":\"decision\"")) << program.output();
    program.tell(R"({"do":"dance"})");
    ASSERT_TRUE(program.says("unknown command dance")) << program.output();
    program.tell(R"({"do":"quit"})");
    EXPECT_EQ(program.exit_code(), 0);
    const auto after = std::chrono::system_clock::now().time_since_epoch();

    std::istringstream lines(program.output());
    double last_ms = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto json = nlohmann::json::parse(line);
        EXPECT_GE(json.at("at_ms").get<double>(), last_ms) << line;
        last_ms = json.at("at_ms").get<double>();
        const std::chrono::nanoseconds wall(json.at("wall_ns").get<std::int64_t>());
        EXPECT_LE(wall, after) << line;
        if (json.at("kind") != "decision") continue;
        EXPECT_GE(wall, before) << line;
        EXPECT_FALSE(json.at("clauses").empty()) << line;
        EXPECT_TRUE(json.at("keys").is_object()) << line;
    }
}

TEST_F(ProgramTest, ends_with_its_input) {
    options_.power_on = true;
    Program program(options_);
    ASSERT_TRUE(request_arrives(1));
    program.end_input();
    EXPECT_EQ(program.exit_code(), 0);
}

TEST_F(ProgramTest, says_farewell_on_a_signal_for_at_most_two_seconds) {
    options_.power_on = true;
    Program program(options_);
    ASSERT_TRUE(request_arrives(1));
    const auto start = std::chrono::steady_clock::now();
    program.signal(SIGTERM);
    EXPECT_EQ(program.exit_code(), 0) << "the registrar never answers";
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(3500));
}

TEST_F(ProgramTest, ends_at_once_on_a_second_signal) {
    options_.power_on = true;
    Program program(options_);
    ASSERT_TRUE(request_arrives(1));
    const auto start = std::chrono::steady_clock::now();
    program.signal(SIGTERM);
    ASSERT_TRUE(run_until(context_, [&] { return registrar_.received().size() >= 2; }));
    program.signal(SIGINT);
    EXPECT_EQ(program.exit_code(), 130) << program.output();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1900));
}

TEST_F(ProgramTest, refuses_a_bad_configuration_with_every_notice) {
    configure("sip.t1_ms = 1\nsip.t2_ms = x\n");
    Program program(options_);
    EXPECT_EQ(program.exit_code(), 65);
    EXPECT_THAT(program.output(), HasSubstr(options_.config_file + ":6: sip.t1_ms = 1: permitted"));
    EXPECT_THAT(program.output(), HasSubstr(options_.config_file + ":7: sip.t2_ms = x: permitted"));
}

TEST_F(ProgramTest, takes_warnings_for_errors_only_when_strict) {
    configure("account.1.pasword = x\n");
    {
        Program lenient(options_);
        EXPECT_TRUE(lenient.says("ready")) << lenient.output();
        EXPECT_THAT(lenient.output(), HasSubstr("is account.1.password meant?"));
    }
    options_.strict_config = true;
    Program strict(options_);
    EXPECT_EQ(strict.exit_code(), 65);
}

TEST_F(ProgramTest, names_what_it_cannot_open) {
    const UdpSocket other(context_, {loopback, local_port_});
    Program in_use(options_);
    EXPECT_EQ(in_use.exit_code(), 69);
    EXPECT_EQ(in_use.output(),
              fmt::format("bind 127.0.0.1:{}: Address already in use\n", local_port_));
    options_.address = wire::parse_ipv4("203.0.113.77");
    EXPECT_EQ(Program(options_).exit_code(), 69);
    options_.config_file += ".missing";
    Program missing(options_);
    EXPECT_EQ(missing.exit_code(), 65);
    EXPECT_THAT(missing.output(), HasSubstr("No such file or directory"));
}

TEST_F(ProgramTest, refuses_an_unknown_mutant_and_lists_the_known) {
    options_.mutant = "sleeps-late";
    Program program(options_);
    EXPECT_EQ(program.exit_code(), 64);
    EXPECT_THAT(program.output(), HasSubstr("reuses-branch"));
}

}  // namespace
}  // namespace twinline::live
