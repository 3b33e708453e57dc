// Classic pcap files (draft-ietf-opsawg-pcap): both byte orders, stamps of micro- and nanoseconds.
#include "probes/capture/record_reader.hh"

#include <limits>

namespace twinline::capture {

namespace {

constexpr std::uint32_t magic_nanoseconds = 0xa1b23c4d;

class PcapReader final : public RecordReader {
  public:
    PcapReader(FileSource& source, std::uint32_t magic, ByteOrder order)
        : source_(source), order_(order), fraction_(magic == magic_nanoseconds ? 1 : 1000) {
        const auto header = source_.read(20);
        // The upper half tells of frame check sequences.
        link_ = link_type_of(load_u32(header, 16, order_) & 0xffffU);
    }

    std::optional<PacketRecord> next() override {
        if (source_.at_end()) {
            return std::nullopt;
        }
        const std::uint64_t begin = source_.offset();
        const auto header = source_.read(16);
        const std::uint32_t seconds = load_u32(header, 0, order_);
        const std::uint64_t fraction = load_u32(header, 4, order_) * fraction_;
        const std::uint32_t captured = load_u32(header, 8, order_);
        PacketRecord record;
        record.link = link_;
        record.original_length = load_u32(header, 12, order_);
        if (captured > longest_packet) {
            FileSource::fail(begin + 8, "a packet of " + std::to_string(captured) + " octets");
        }
        record.since_epoch = checked_time(seconds, fraction, begin);
        record.bytes = source_.read(captured);
        return record;
    }

  private:
    FileSource& source_;
    ByteOrder order_;
    std::uint64_t fraction_;  // nanoseconds in a unit of the second field
    timeline::LinkType link_ = timeline::LinkType::ethernet;
};

}  // namespace

std::unique_ptr<RecordReader> make_pcap_reader(FileSource& source, std::uint32_t magic,
                                               ByteOrder order) {
    return std::make_unique<PcapReader>(source, magic, order);
}

timeline::LinkType link_type_of(std::uint32_t number) {
    constexpr std::uint32_t raw_bsd = 12;
    constexpr std::uint32_t raw_openbsd = 14;
    constexpr std::uint32_t ipv4 = 228;
    if (number == raw_bsd || number == raw_openbsd || number == ipv4) {
        return timeline::LinkType::raw_ip;
    }
    return static_cast<timeline::LinkType>(number & 0xffffU);
}

std::chrono::nanoseconds checked_time(std::int64_t seconds, std::uint64_t nanoseconds,
                                      std::uint64_t offset) {
    constexpr std::int64_t limit =
        std::numeric_limits<std::int64_t>::max() / 1'000'000'000 / 2;  // the year 2116
    const std::uint64_t carried = nanoseconds / 1'000'000'000;
    if (seconds < 0 || seconds > limit || carried > 4) {
        FileSource::fail(offset, "a time stamp out of range");
    }
    return std::chrono::seconds{seconds} + std::chrono::nanoseconds{nanoseconds};
}

}  // namespace twinline::capture
