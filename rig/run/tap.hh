// The session's ear: every frame on the phones' network into the capture file, and as events to who
// is listening, those of TLS once the servers have told their keys.
#pragma once

#include "probes/capture/live_capture.hh"
#include "probes/capture/pcapng_writer.hh"
#include "probes/decode/decoder.hh"
#include "rig/run/key_log_tail.hh"
#include "rig/scenario/scenario.hh"
#include "rig/testbed/clock.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <filesystem>
#include <functional>

namespace twinline::run {

class Tap {
  public:
    using Listener = std::function<void(const timeline::Event&)>;

    Tap(boost::asio::io_context& io, const scenario::Topology& topology, testbed::Wall origin,
        const std::filesystem::path& file, const std::filesystem::path& keys, Listener listener);
    ~Tap();

    // Takes what is still in the kernel, closes the file and tells what was lost.
    capture::CaptureStats finish();

  private:
    void wait();
    void drain();
    void take_keys();

    capture::LiveCapture capture_;
    capture::PcapngWriter writer_;
    decode::Decoder decoder_;
    Listener listener_;
    KeyLogTail keys_;
    boost::asio::posix::stream_descriptor
        descriptor_;  // the capture's own file descriptor, borrowed
};

}  // namespace twinline::run
