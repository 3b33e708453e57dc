// Capture files made by hand and on disk for the tests of the readers and the writer.
#pragma once

#include "probes/capture/capture_file.hh"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace twinline::test {

// Numbers in the byte order under test.
class Layout {
  public:
    explicit Layout(capture::ByteOrder order) : order_(order) {}

    std::string u16(std::uint64_t value) const { return number(value, 2); }
    std::string u32(std::uint64_t value) const { return number(value, 4); }
    std::string u64(std::uint64_t value) const { return number(value, 8); }
    std::string option(std::uint16_t code, const std::string& value) const;
    // A pcapng block around `body`, which is padded.
    std::string block(std::uint32_t type, const std::string& body) const;
    std::string section(const std::string& options = "") const;
    std::string interface(std::uint16_t link, const std::string& options = "") const;
    std::string packet(std::uint32_t interface, std::uint64_t ticks, const std::string& octets,
                       const std::string& options = "") const;

  private:
    std::string number(std::uint64_t value, std::size_t width) const;

    capture::ByteOrder order_;
};

struct ReadFrame {
    timeline::Frame frame;
    std::string octets;
    std::string comment;
};

struct ReadFile {
    std::vector<ReadFrame> frames;
    capture::CaptureNotes notes;
    std::optional<capture::FileFault> fault;
    std::optional<capture::Origin> origin;
};

ReadFile read_all(const std::string& file, const capture::FileOptions& options = {});
ReadFile read_path(const std::filesystem::path& path);

// A directory that goes with the test.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::filesystem::path operator/(const char* name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

// What a command prints; nothing when it is not installed or fails.
std::optional<std::string> output_of(const std::string& command);

}  // namespace twinline::test
