// Tells the formats apart and puts their records on the run clock; see capture_file.hh.
#include "probes/capture/capture_file.hh"

#include "probes/capture/pcapng.hh"

#include <algorithm>
#include <utility>

namespace twinline::capture {

namespace {

bool is_pcap(std::uint32_t magic) { return magic == 0xa1b2c3d4 || magic == 0xa1b23c4d; }

}  // namespace

CaptureFile::CaptureFile(std::istream& in, const FileOptions& options)
    : source_(in, options.memory_step), origin_(options.origin) {
    try {
        open();
    } catch (BrokenFile& broken) {
        fault_ = std::move(broken.fault);
    }
}

void CaptureFile::open() {
    const auto start = source_.read(4);
    const std::uint32_t little = load_u32(start, 0, ByteOrder::little);
    const std::uint32_t big = load_u32(start, 0, ByteOrder::big);
    if (little == pcapng::section_header) {
        reader_ = make_pcapng_reader(source_, notes_);
    } else if (is_pcap(little)) {
        reader_ = make_pcap_reader(source_, little, ByteOrder::little);
    } else if (is_pcap(big)) {
        reader_ = make_pcap_reader(source_, big, ByteOrder::big);
    } else {
        FileSource::fail(0, "neither pcap nor pcapng");
    }
}

std::optional<timeline::Frame> CaptureFile::next() {
    if (fault_) {
        return std::nullopt;
    }
    std::optional<PacketRecord> record;
    try {
        record = reader_->next();
    } catch (BrokenFile& broken) {
        fault_ = std::move(broken.fault);
    }
    if (!record) {
        return std::nullopt;
    }
    if (record->since_epoch) {
        const Origin stamp{*record->since_epoch};
        origin_ = origin_.value_or(stamp);
        last_ = timeline::Instant{stamp - *origin_};
    }
    comment_ = std::move(record->comment);
    timeline::Frame frame;
    frame.number = ++frames_;
    frame.at = last_;
    frame.link = record->link;
    frame.bytes = record->bytes;
    frame.original_length =
        std::max(record->original_length, static_cast<std::uint32_t>(record->bytes.size()));
    return frame;
}

}  // namespace twinline::capture
