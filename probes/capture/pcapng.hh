// The numbers of the pcapng format (draft-ietf-opsawg-pcapng) that its writer and its reader share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace twinline::capture::pcapng {

inline constexpr std::uint32_t section_header = 0x0a0d0d0a;
inline constexpr std::uint32_t interface_description = 1;
inline constexpr std::uint32_t simple_packet = 3;
inline constexpr std::uint32_t interface_statistics = 5;
inline constexpr std::uint32_t enhanced_packet = 6;
inline constexpr std::uint32_t decryption_secrets = 10;

inline constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
inline constexpr std::uint32_t tls_key_log = 0x544c534b;

inline constexpr std::uint16_t option_end = 0;
inline constexpr std::uint16_t option_comment = 1;
inline constexpr std::uint16_t option_if_name = 2;
inline constexpr std::uint16_t option_if_resolution = 9;
inline constexpr std::uint16_t option_if_offset = 14;
inline constexpr std::uint16_t option_received = 4;  // in a statistics block
inline constexpr std::uint16_t option_if_dropped = 5;
inline constexpr std::uint16_t option_os_dropped = 7;

constexpr std::size_t padded(std::size_t length) { return (length + 3) / 4 * 4; }

}  // namespace twinline::capture::pcapng
