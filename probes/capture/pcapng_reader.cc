// pcapng files (draft-ietf-opsawg-pcapng): sections of either byte order, packets, statistics,
// comments and TLS keys. Blocks that are not known are skipped.
#include "probes/capture/pcapng_interface.hh"

#include <algorithm>
#include <utility>

namespace twinline::capture {

namespace {

using namespace pcapng;
using Bytes = std::span<const std::byte>;

constexpr std::uint32_t largest_block = 16 * 1024 * 1024;  // of those that are read
constexpr std::uint32_t largest_packet_block = longest_packet + 128 * 1024;  // room for comments

class PcapngReader final : public RecordReader {
  public:
    PcapngReader(FileSource& source, CaptureNotes& notes) : source_(source), notes_(notes) {
        read_section_header();
    }

    std::optional<PacketRecord> next() override {
        while (!source_.at_end()) {
            block_.begin = source_.offset();
            const std::uint32_t type = load_u32(source_.read(4), 0, block_.order);
            if (type == section_header) {
                read_section_header();
            } else if (auto record = read_block(type)) {
                return record;
            }
        }
        return std::nullopt;
    }

  private:
    // Its type has been read; the byte order is known from the magic behind the length.
    void read_section_header() {
        const Bytes head = source_.read(8);
        const bool little = load_u32(head, 4, ByteOrder::little) == byte_order_magic;
        if (!little && load_u32(head, 4, ByteOrder::big) != byte_order_magic) {
            block_.fail("no byte-order magic in a section header");
        }
        block_.order = little ? ByteOrder::little : ByteOrder::big;
        const std::uint32_t length = load_u32(head, 0, block_.order);
        check_length(length, 28, largest_block);
        interfaces_.clear();
        read_body(length, 12);
        read_options(block_, 12, [&](std::uint16_t code, Bytes value) {
            if (code == option_comment) {
                join(notes_.comment, text_of(value));
            }
        });
    }

    std::optional<PacketRecord> read_block(std::uint32_t type) {
        const std::uint32_t length = load_u32(source_.read(4), 0, block_.order);
        switch (type) {
            case enhanced_packet:
                check_length(length, 12, largest_packet_block);
                read_body(length, 8);
                return read_enhanced_packet();
            case simple_packet:
                check_length(length, 12, largest_packet_block);
                read_body(length, 8);
                return read_simple_packet();
            case interface_description:
                check_length(length, 12, largest_block);
                read_body(length, 8);
                interfaces_.push_back(read_interface(block_, notes_));
                break;
            case interface_statistics:
                check_length(length, 12, largest_block);
                read_body(length, 8);
                read_statistics();
                break;
            case decryption_secrets:
                check_length(length, 12, largest_block);
                read_body(length, 8);
                read_secrets();
                break;
            default:
                check_length(length, 12, 0xffffffff);
                source_.skip(length - 12);
                check_end(length, source_.read(4));
        }
        return std::nullopt;
    }

    void check_length(std::uint32_t length, std::uint32_t least, std::uint32_t most) const {
        if (length < least || length > most || length % 4 != 0) {
            block_.fail("a block of " + std::to_string(length) + " octets");
        }
    }

    // `done` octets of the block have been read; its length stands again at its end.
    void read_body(std::uint32_t length, std::uint32_t done) {
        const Bytes rest = source_.read(length - done);
        check_end(length, rest.last(4));
        block_.body = rest.first(rest.size() - 4);
    }

    void check_end(std::uint32_t length, Bytes end) const {
        if (load_u32(end, 0, block_.order) != length) {
            block_.fail("the lengths at both ends of a block differ");
        }
    }

    Interface& interface(std::uint32_t number) {
        if (number >= interfaces_.size()) {
            block_.fail("interface " + std::to_string(number) + " is not described");
        }
        return interfaces_[number];
    }

    PacketRecord read_enhanced_packet() {
        block_.need(20, "an enhanced packet block");
        const Interface& on = interface(block_.u32(0));
        const std::uint64_t ticks = std::uint64_t{block_.u32(4)} << 32U | block_.u32(8);
        const std::uint32_t captured = block_.u32(12);
        if (captured > longest_packet || padded(captured) > block_.body.size() - 20) {
            block_.fail("a packet longer than its block");
        }
        PacketRecord record;
        record.since_epoch = time_of(on, ticks, block_);
        record.link = on.link;
        record.original_length = block_.u32(16);
        record.bytes = block_.body.subspan(20, captured);
        read_options(block_, 20 + padded(captured), [&](std::uint16_t code, Bytes value) {
            if (code == option_comment) {
                join(record.comment, text_of(value));
            }
        });
        return record;
    }

    // Always of the first interface, and without a time.
    PacketRecord read_simple_packet() {
        block_.need(4, "a simple packet block");
        const Interface& on = interface(0);
        PacketRecord record;
        record.link = on.link;
        record.original_length = block_.u32(0);
        const std::uint32_t limit = on.snapshot_length == 0 ? longest_packet : on.snapshot_length;
        const std::size_t captured = std::min(record.original_length, limit);
        if (captured > block_.body.size() - 4) {
            block_.fail("a packet longer than its block");
        }
        record.bytes = block_.body.subspan(4, captured);
        return record;
    }

    // A block replaces the earlier ones of its interface; the notes hold the sum of all interfaces.
    void read_statistics() {
        block_.need(12, "an interface statistics block");
        Interface& on = interface(block_.u32(0));
        CaptureStats stats;
        read_options(block_, 12, [&](std::uint16_t code, Bytes value) {
            const std::uint64_t count = value.size() == 8 ? load_u64(value, 0, block_.order) : 0;
            stats.received += code == option_received ? count : 0;
            stats.if_dropped += code == option_if_dropped ? count : 0;
            stats.dropped += code == option_os_dropped ? count : 0;
        });
        CaptureStats& sum = notes_.stats ? *notes_.stats : notes_.stats.emplace();
        sum.received += stats.received - on.stats.received;
        sum.dropped += stats.dropped - on.stats.dropped;
        sum.if_dropped += stats.if_dropped - on.stats.if_dropped;
        on.stats = stats;
    }

    void read_secrets() {
        block_.need(8, "a decryption secrets block");
        const std::uint32_t length = block_.u32(4);
        if (length > block_.body.size() - 8) {
            block_.fail("secrets longer than their block");
        }
        if (block_.u32(0) == tls_key_log) {
            notes_.secrets += text_of(block_.body.subspan(8, length));
        }
    }

    FileSource& source_;
    CaptureNotes& notes_;
    BlockView block_;
    std::vector<Interface> interfaces_;
};

}  // namespace

std::unique_ptr<RecordReader> make_pcapng_reader(FileSource& source, CaptureNotes& notes) {
    return std::make_unique<PcapngReader>(source, notes);
}

}  // namespace twinline::capture
