// Interfaces and their clocks; see pcapng_interface.hh.
#include "probes/capture/pcapng_interface.hh"

#include <limits>
#include <utility>

namespace twinline::capture::pcapng {

namespace {

constexpr std::uint64_t giga = 1'000'000'000;

struct Time {
    std::uint64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
};

Time in_powers_of_two(std::uint64_t ticks, unsigned exponent) {
    const std::uint64_t seconds = ticks >> exponent;
    const std::uint64_t rest = ticks - (seconds << exponent);
    // No product exceeds 64 bits: at most 2^30 times a thousand million.
    return {seconds,
            exponent <= 30 ? (rest * giga) >> exponent : ((rest >> (exponent - 30)) * giga) >> 30U};
}

Time in_powers_of_ten(std::uint64_t ticks, unsigned exponent) {
    std::uint64_t unit = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        unit *= 10;
    }
    const std::uint64_t rest = ticks % unit;
    return {ticks / unit, unit <= giga ? rest * (giga / unit) : rest / (unit / giga)};
}

}  // namespace

void BlockView::need(std::size_t octets, const char* what) const {
    if (body.size() < octets) {
        fail(std::string(what) + " is too short");
    }
}

void BlockView::fail(std::string reason) const { FileSource::fail(begin, std::move(reason)); }

std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void join(std::string& all, const std::string& text) {
    all.append(all.empty() ? "" : "\n").append(text);
}

Interface read_interface(const BlockView& block, CaptureNotes& notes) {
    block.need(8, "an interface description");
    Interface made;
    made.link = link_type_of(block.u16(0));
    made.snapshot_length = block.u32(4);
    read_options(block, 8, [&](std::uint16_t code, std::span<const std::byte> value) {
        if (code == option_comment) {
            join(notes.comment, text_of(value));
        } else if (code == option_if_resolution && !value.empty()) {
            made.resolution = std::to_integer<std::uint8_t>(value[0]);
        } else if (code == option_if_offset && value.size() == 8) {
            made.offset = static_cast<std::int64_t>(load_u64(value, 0, block.order));
        }
    });
    const bool binary = (made.resolution & 0x80U) != 0;
    if ((made.resolution & 0x7fU) > (binary ? 62U : 18U)) {
        block.fail("an interface with clock ticks too short to count");
    }
    return made;
}

std::chrono::nanoseconds time_of(const Interface& on, std::uint64_t ticks, const BlockView& block) {
    const unsigned exponent = on.resolution & 0x7fU;
    const Time time = (on.resolution & 0x80U) != 0 ? in_powers_of_two(ticks, exponent)
                                                   : in_powers_of_ten(ticks, exponent);
    std::int64_t shifted = 0;
    if (time.seconds > std::numeric_limits<std::int64_t>::max() ||
        __builtin_add_overflow(static_cast<std::int64_t>(time.seconds), on.offset, &shifted)) {
        block.fail("a time stamp out of range");
    }
    return checked_time(shifted, time.nanoseconds, block.begin);
}

}  // namespace twinline::capture::pcapng
