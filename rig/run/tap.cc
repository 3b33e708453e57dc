// Frames are written before they are heard, so that whatever the rig reacts to is in the capture.
#include "rig/run/tap.hh"

#include "rig/scenario/cast.hh"
#include "rig/testbed/network.hh"

namespace twinline::run {

Tap::Tap(boost::asio::io_context& io, const scenario::Topology& topology, testbed::Wall origin,
         const std::filesystem::path& file, Listener listener)
    : capture_(std::string(testbed::phones_bridge), origin),
      writer_(file.string(), testbed::phones_bridge, capture_.link(), origin),
      decoder_(scenario::cast_of(topology)),
      listener_(std::move(listener)),
      descriptor_(io, capture_.selectable_fd()) {
    wait();
}

Tap::~Tap() {
    if (descriptor_.is_open()) descriptor_.release();
}

void Tap::wait() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [this](boost::system::error_code error) {
                               if (error) return;
                               drain();
                               wait();
                           });
}

void Tap::drain() {
    capture_.dispatch([this](const timeline::Frame& frame) {
        writer_.write(frame);
        decoder_.feed(frame, [this](timeline::Event&& event) { listener_(event); });
    });
}

capture::CaptureStats Tap::finish() {
    drain();
    const auto stats = capture_.stats();
    writer_.close();
    descriptor_.release();  // the capture closes it
    return stats;
}

}  // namespace twinline::run
