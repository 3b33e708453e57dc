// Octets of a capture file; see file_source.hh.
#include "probes/capture/file_source.hh"

#include <algorithm>
#include <limits>
#include <utility>

namespace twinline::capture {

namespace {

std::uint64_t load(std::span<const std::byte> bytes, std::size_t at, std::size_t width,
                   ByteOrder order) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const std::size_t place = order == ByteOrder::big ? at + i : at + width - 1 - i;
        value = value << 8U | std::to_integer<std::uint64_t>(bytes[place]);
    }
    return value;
}

}  // namespace

std::uint16_t load_u16(std::span<const std::byte> bytes, std::size_t at, ByteOrder order) {
    return static_cast<std::uint16_t>(load(bytes, at, 2, order));
}

std::uint32_t load_u32(std::span<const std::byte> bytes, std::size_t at, ByteOrder order) {
    return static_cast<std::uint32_t>(load(bytes, at, 4, order));
}

std::uint64_t load_u64(std::span<const std::byte> bytes, std::size_t at, ByteOrder order) {
    return load(bytes, at, 8, order);
}

bool FileSource::at_end() { return in_.peek() == std::istream::traits_type::eof(); }

std::span<const std::byte> FileSource::read(std::size_t length) {
    std::size_t have = 0;
    while (have < length) {
        const std::size_t want = std::min(length - have, step_);
        if (buffer_.size() < have + want) {
            buffer_.reserve(have + want);
            buffer_.resize(have + want);
        }
        in_.read(reinterpret_cast<char*>(buffer_.data() + have),
                 static_cast<std::streamsize>(want));
        const auto came = static_cast<std::size_t>(in_.gcount());
        have += came;
        if (came < want) {
            fail(offset_ + have, "the file ends inside a record");
        }
    }
    offset_ += length;
    return std::span<const std::byte>(buffer_).first(length);
}

void FileSource::skip(std::uint64_t length) {
    constexpr std::uint64_t at_once = 1U << 30U;
    while (length > 0) {
        const std::uint64_t want = std::min(length, at_once);
        in_.ignore(static_cast<std::streamsize>(want));
        const auto came = static_cast<std::uint64_t>(in_.gcount());
        offset_ += came;
        length -= came;
        if (came < want) {
            fail(offset_, "the file ends inside a record");
        }
    }
}

void FileSource::fail(std::uint64_t offset, std::string reason) {
    throw BrokenFile{{offset, std::move(reason)}};
}

}  // namespace twinline::capture
