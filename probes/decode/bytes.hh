// Big-endian reads: every layer of a frame is read through these, after its length was checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace twinline::decode {

using Bytes = std::span<const std::byte>;

// The caller has checked that the octets are there.
inline std::uint8_t read_u8(Bytes bytes, std::size_t at) {
    return std::to_integer<std::uint8_t>(bytes[at]);
}

inline std::uint16_t read_u16(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(read_u8(bytes, at) << 8U | read_u8(bytes, at + 1));
}

inline std::uint32_t read_u32(Bytes bytes, std::size_t at) {
    return static_cast<std::uint32_t>(read_u16(bytes, at)) << 16U | read_u16(bytes, at + 2);
}

inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace twinline::decode
