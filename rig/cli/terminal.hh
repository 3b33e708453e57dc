// What a person at a terminal sees: colour when wanted, the width, and progress that overwrites
// itself.
#pragma once

#include "reports/table.hh"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

namespace twinline::cli {

reports::Colour colour_of_stdout();  // a terminal, and NO_COLOR is not set
std::size_t width_of_stdout();       // columns; 100 when it is no terminal

// Prints the verdict table.
void print_table(std::span<const judge::Assessment> assessments);

// Progress on stderr: one line that is rewritten on a terminal, plain lines otherwise.
class ProgressLine {
  public:
    explicit ProgressLine(std::size_t total) : total_(total) {}
    ~ProgressLine();

    void begin(const std::string& what);      // the next piece of work
    void say(const std::string& detail);      // within it
    void finish(const std::string& verdict);  // it is done

  private:
    void show(const std::string& text);

    std::size_t total_;
    std::size_t done_ = 0;
    std::string what_;
    bool open_ = false;  // an unfinished line is on the terminal
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace twinline::cli
