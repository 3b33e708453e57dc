// Reads captures, classic pcap and pcapng, as a stream of frames. Its own reader, because libpcap
// refuses pcapng with several link types and skips comments and keys.
#pragma once

#include "probes/capture/origin.hh"
#include "probes/capture/record_reader.hh"
#include "probes/timeline/frame.hh"

#include <iosfwd>
#include <optional>
#include <string>

namespace twinline::capture {

struct FileOptions {
    std::optional<Origin> origin;  // absent: the first frame is at zero
    std::size_t memory_step =
        std::size_t{256} *
        1024;  // a block's memory grows by no more at once, whatever length it claims
};

class CaptureFile {
  public:
    // `in` must outlive this. A file that is no capture has a fault and no frame.
    explicit CaptureFile(std::istream& in, const FileOptions& options = {});
    CaptureFile(const CaptureFile&) = delete;
    CaptureFile& operator=(const CaptureFile&) = delete;
    ~CaptureFile() = default;

    // The next frame, valid until the next call; none at the end, or where the file breaks: see
    // fault().
    std::optional<timeline::Frame> next();

    const std::string& comment() const { return comment_; }  // of the last frame
    const std::optional<FileFault>& fault() const { return fault_; }
    const std::optional<Origin>& origin() const { return origin_; }
    // Of what has been read so far.
    const CaptureNotes& notes() const { return notes_; }

  private:
    void open();

    FileSource source_;
    CaptureNotes notes_;
    std::unique_ptr<RecordReader> reader_;
    std::optional<Origin> origin_;
    std::optional<FileFault> fault_;
    std::string comment_;
    std::uint64_t frames_ = 0;
    timeline::Instant last_{};
};

}  // namespace twinline::capture
