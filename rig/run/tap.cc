// Frames are written before they are heard, so that whatever the rig reacts to is in the capture.
#include "rig/run/tap.hh"

#include "rig/scenario/cast.hh"
#include "rig/scenario/handset.hh"
#include "rig/testbed/network.hh"

#include <fmt/format.h>

namespace twinline::run {

namespace {

// What the rig and a handset have to tell one another is no scenario's business, and has the
// handset's own passwords in it; when it had its address stays to be seen.
std::string filter() {
    return fmt::format("not host {} or udp port 67", scenario::services_address);
}

}  // namespace

Tap::Tap(boost::asio::io_context& io, const scenario::Topology& topology, testbed::Wall origin,
         const std::filesystem::path& file, const std::filesystem::path& keys, Listener listener)
    : capture_(std::string(testbed::phones_bridge), origin, {.filter = filter()}),
      writer_(file.string(), testbed::phones_bridge, capture_.link(), origin),
      decoder_(scenario::cast_of(topology),
               decode::TlsKeyLog("", decode::TlsKeyLog::Growth::growing)),
      listener_(std::move(listener)),
      keys_(io, keys, [this] { take_keys(); }),
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

void Tap::take_keys() {
    if (const auto more = keys_.more(); !more.empty())
        decoder_.add_keys(more, [this](timeline::Event&& event) { listener_(event); });
}

// The keys first: an answer must not be heard before the request that waits for its key.
void Tap::drain() {
    take_keys();
    capture_.dispatch([this](const timeline::Frame& frame) {
        writer_.write(frame);
        decoder_.feed(frame, [this](timeline::Event&& event) { listener_(event); });
    });
}

capture::CaptureStats Tap::finish() {
    drain();
    take_keys();
    const auto stats = capture_.stats();
    writer_.close();
    descriptor_.release();  // the capture closes it
    return stats;
}

}  // namespace twinline::run
