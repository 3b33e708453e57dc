// The newest lines of a server of the lab: what it said last tells why it died.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>

namespace twinline::testbed {

class ServerLog {
  public:
    void keep(std::string_view line) {
        constexpr std::size_t most_lines = 200;
        lines_.emplace_back(line);
        if (lines_.size() > most_lines) lines_.pop_front();
    }
    const std::deque<std::string>& lines() const { return lines_; }
    std::string last_words() const {
        constexpr std::ptrdiff_t few_lines = 8;
        const auto first = std::max<std::ptrdiff_t>(std::ssize(lines_) - few_lines, 0);
        return fmt::format("{}", fmt::join(lines_.begin() + first, lines_.end(), "\n"));
    }

  private:
    std::deque<std::string> lines_;
};

}  // namespace twinline::testbed
