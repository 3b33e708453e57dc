// Terminals are asked once; a log file never gets a carriage return.
#include "rig/cli/terminal.hh"

#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace twinline::cli {

namespace {

std::size_t width_of(int fd) {
    winsize size{};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

}  // namespace

reports::Colour colour_of_stdout() {
    const char* no_colour = std::getenv("NO_COLOR");
    const bool wanted = no_colour == nullptr || *no_colour == '\0';
    return wanted && ::isatty(STDOUT_FILENO) == 1 ? reports::Colour::on : reports::Colour::off;
}

std::size_t width_of_stdout() { return width_of(STDOUT_FILENO); }

void print_table(std::span<const judge::Assessment> assessments) {
    std::cout << reports::table(assessments, colour_of_stdout(), width_of_stdout()) << std::flush;
}

ProgressLine::~ProgressLine() {
    if (open_) std::cerr << "\r\033[K" << std::flush;
}

void ProgressLine::show(const std::string& text) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const auto line = reports::progress({.done = done_,
                                         .total = total_,
                                         .elapsed = std::chrono::steady_clock::now() - begun_,
                                         .remaining = {},
                                         .now = text},
                                        width_of(STDERR_FILENO) - 1);
    if (terminal)
        std::cerr << "\r\033[K" << line << std::flush;
    else
        std::cerr << line << '\n';
    open_ = terminal;
}

void ProgressLine::begin(const std::string& what) {
    what_ = what;
    show(what_);
}

void ProgressLine::say(const std::string& detail) { show(what_ + ": " + detail); }

void ProgressLine::finish(const std::string& verdict) {
    ++done_;
    show(what_ + ": " + verdict);
}

}  // namespace twinline::cli
