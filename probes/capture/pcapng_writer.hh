// Writes a capture as pcapng (draft-ietf-opsawg-pcapng): libpcap writes neither comments nor the
// TLS keys, and a record without them cannot be read again.
#pragma once

#include "probes/capture/capture_stats.hh"
#include "probes/capture/origin.hh"
#include "probes/timeline/frame.hh"

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace twinline::capture {

class PcapngWriter {
  public:
    // One interface; every frame must have its link type. Whatever cannot be written throws, naming
    // the file.
    PcapngWriter(const std::string& path, std::string_view interface, timeline::LinkType link,
                 Origin origin);

    void write(const timeline::Frame& frame, std::string_view comment = {});
    // A TLS key log in NSS form; Wireshark wants it before the packets that it opens.
    void write_secrets(std::string_view key_log);
    void write_statistics(timeline::Instant at, const CaptureStats& stats);
    void flush();
    // Flushes and closes, and throws where the destructor must be silent.
    void close();

  private:
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    void write_block(std::uint32_t type);  // of body_, which it empties
    std::uint64_t stamp(timeline::Instant at) const;
    [[noreturn]] void fail(const char* attempt) const;

    std::string path_;
    Origin origin_;
    timeline::LinkType link_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string body_;  // kept, so that a frame costs no allocation
};

}  // namespace twinline::capture
