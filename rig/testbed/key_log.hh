// The key log of the lab's servers: what their TLS connections were sealed with, written by a
// library that is preloaded into them.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace twinline::testbed {

// One file for all servers of a lab, empty when this is made.
class KeyLog {
  public:
    explicit KeyLog(std::filesystem::path file);

    const std::filesystem::path& file() const { return file_; }
    // What a server is started with so that it writes to the file. Throws Unavailable when the
    // library is not there.
    std::vector<std::pair<std::string, std::string>> environment() const;

  private:
    std::filesystem::path file_;
};

}  // namespace twinline::testbed
