// What the readers of classic pcap and of pcapng have in common: one record of a packet after the
// other.
#pragma once

#include "probes/capture/capture_stats.hh"
#include "probes/capture/file_source.hh"
#include "probes/timeline/frame.hh"

#include <memory>
#include <optional>
#include <string>

namespace twinline::capture {

struct PacketRecord {
    std::optional<std::chrono::nanoseconds> since_epoch;  // absent in a simple packet block
    timeline::LinkType link = timeline::LinkType::ethernet;
    std::uint32_t original_length = 0;
    std::span<const std::byte> bytes;  // valid until the next record
    std::string comment;               // several are joined by newlines
};

// What a capture file tells beside its frames; it grows as the file is read.
struct CaptureNotes {
    std::string comment;  // of its sections and interfaces
    std::string secrets;  // TLS key log lines
    std::optional<CaptureStats> stats;
};

class RecordReader {
  public:
    virtual ~RecordReader() = default;
    // None at the end of the file. Throws BrokenFile.
    virtual std::optional<PacketRecord> next() = 0;
};

// The first four octets, the magic, have been read.
std::unique_ptr<RecordReader> make_pcap_reader(FileSource& source, std::uint32_t magic,
                                               ByteOrder order);
std::unique_ptr<RecordReader> make_pcapng_reader(FileSource& source, CaptureNotes& notes);

// Link types have several numbers for raw IP.
timeline::LinkType link_type_of(std::uint32_t number);

// A packet as long as libpcap's own limit is the longest that is believed.
inline constexpr std::uint32_t longest_packet = 262144;

// Seconds and their fraction, checked against what nanoseconds can hold.
std::chrono::nanoseconds checked_time(std::int64_t seconds, std::uint64_t nanoseconds,
                                      std::uint64_t offset);

}  // namespace twinline::capture
