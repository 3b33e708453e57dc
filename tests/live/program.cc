// Forks, so that signals, exit codes and standard streams are real ones.
#include "tests/live/program.hh"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace twinline::live {

namespace {

constexpr unsigned longest_life_s = 20;
constexpr int patience_ms = 10000;

}  // namespace

Program::Program(const PhoneOptions& options) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0) throw std::runtime_error("pipe");
    std::fflush(nullptr);  // or the child would print what this process still holds
    child_ = fork();
    if (child_ == 0) {
        alarm(longest_life_s);
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(out[1], STDERR_FILENO);
        for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
        const int code = run_phone(options);
        std::cout.flush();
        _exit(code);
    }
    close(in[0]);
    close(out[1]);
    in_ = in[1];
    out_ = out[0];
}

Program::~Program() {
    if (child_ > 0) {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }
    end_input();
    close(out_);
}

void Program::tell(std::string line) const {
    line += '\n';
    ASSERT_EQ(write(in_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
}

void Program::end_input() {
    if (in_ >= 0) close(in_);
    in_ = -1;
}

void Program::signal(int number) const { kill(child_, number); }

bool Program::says(std::string_view text) {
    while (output_.find(text) == std::string::npos) {
        if (!read_some()) return false;
    }
    return true;
}

int Program::exit_code() {
    while (read_some()) {
    }
    int status = 0;
    waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool Program::read_some() {
    pollfd wait{out_, POLLIN, 0};
    if (poll(&wait, 1, patience_ms) <= 0) return false;
    std::array<char, 4096> chunk{};
    const auto size = read(out_, chunk.data(), chunk.size());
    if (size > 0) output_.append(chunk.data(), static_cast<std::size_t>(size));
    return size > 0;
}

}  // namespace twinline::live
