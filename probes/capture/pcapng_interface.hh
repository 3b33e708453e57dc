// The interfaces of a pcapng section, each with a clock and a link type of its own, and the options
// that every block may end with.
#pragma once

#include "probes/capture/pcapng.hh"
#include "probes/capture/record_reader.hh"

namespace twinline::capture::pcapng {

// A place in the file, for the fault of whatever is read there.
struct BlockView {
    std::uint64_t begin = 0;  // offset of the block
    ByteOrder order = ByteOrder::little;
    std::span<const std::byte> body;

    std::uint16_t u16(std::size_t at) const { return load_u16(body, at, order); }
    std::uint32_t u32(std::size_t at) const { return load_u32(body, at, order); }
    void need(std::size_t octets, const char* what) const;
    [[noreturn]] void fail(std::string reason) const;
};

struct Interface {
    timeline::LinkType link = timeline::LinkType::ethernet;
    std::uint32_t snapshot_length = 0;  // 0: no limit
    std::uint8_t resolution = 6;        // 10^-6 s; with the top bit a power of two
    std::int64_t offset = 0;            // seconds
    CaptureStats stats;                 // the latest
};

std::string text_of(std::span<const std::byte> bytes);
void join(std::string& all, const std::string& text);

Interface read_interface(const BlockView& block, CaptureNotes& notes);
std::chrono::nanoseconds time_of(const Interface& on, std::uint64_t ticks, const BlockView& block);

// `on_option(code, value)` sees each option from `at` on.
template <typename OnOption>
void read_options(const BlockView& block, std::size_t at, OnOption&& on_option) {
    std::span<const std::byte> options = block.body.subspan(at);
    while (options.size() >= 4) {
        const std::uint16_t code = load_u16(options, 0, block.order);
        const std::size_t length = load_u16(options, 2, block.order);
        if (code == option_end) {
            return;
        }
        if (padded(length) > options.size() - 4) {
            block.fail("an option longer than its block");
        }
        on_option(code, options.subspan(4, length));
        options = options.subspan(4 + padded(length));
    }
}

}  // namespace twinline::capture::pcapng
