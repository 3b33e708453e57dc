// The audio of a call as a real RTP stream (RFC 3550): silence, 20 ms a packet, and a count of what
// comes back. Nobody listens, but what is on the wire is what a phone would send.
#pragma once

#include "reference_impl/live/udp_socket.hh"
#include "reference_impl/phone/output.hh"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace twinline::live {

struct MediaCounts {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t lost = 0;     // by the gaps in their sequence numbers
    std::uint64_t foreign = 0;  // no RTP, of another payload type, or from elsewhere
};

class Media {
  public:
    explicit Media(boost::asio::io_context& context) : context_(context) {}

    // Begins a stream, or goes on with the running one in another direction or to another place.
    // Throws std::system_error when the local port cannot be opened.
    void start(const phone::MediaStart& media);
    void stop() { stream_.reset(); }
    bool is_running() const { return stream_ != nullptr; }
    const MediaCounts& counts() const { return counts_; }  // of the running or the last stream

  private:
    class Stream;

    boost::asio::io_context& context_;
    MediaCounts counts_;
    std::shared_ptr<Stream> stream_;  // what its handlers hold weakly
};

}  // namespace twinline::live
