// Octets of a capture file, read in order, with their offset and byte order: the floor under both
// readers. A length in a file is a claim; memory grows only as the octets really come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <vector>

namespace twinline::capture {

enum class ByteOrder { little, big };

// Reads `bytes` from `at`, which the caller has checked.
std::uint16_t load_u16(std::span<const std::byte> bytes, std::size_t at, ByteOrder order);
std::uint32_t load_u32(std::span<const std::byte> bytes, std::size_t at, ByteOrder order);
std::uint64_t load_u64(std::span<const std::byte> bytes, std::size_t at, ByteOrder order);

struct FileFault {
    std::uint64_t offset = 0;
    std::string reason;
};

// Thrown inside this room only: CaptureFile turns it into a fault.
struct BrokenFile {
    FileFault fault;
};

class FileSource {
  public:
    // Memory for one block grows by `step` octets at a time.
    FileSource(std::istream& in, std::size_t step) : in_(in), step_(step) {}

    std::uint64_t offset() const { return offset_; }
    bool at_end();
    // Valid until the next read. Throws BrokenFile at `offset()` of the record when the file ends
    // before.
    std::span<const std::byte> read(std::size_t length);
    void skip(std::uint64_t length);
    [[noreturn]] static void fail(std::uint64_t offset, std::string reason);

  private:
    std::istream& in_;
    std::size_t step_;
    std::uint64_t offset_ = 0;
    std::vector<std::byte> buffer_;
};

}  // namespace twinline::capture
