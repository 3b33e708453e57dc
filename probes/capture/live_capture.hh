// Frames from an interface through libpcap, stamped by the kernel and mapped on the run clock.
#pragma once

#include "probes/capture/capture_stats.hh"
#include "probes/capture/origin.hh"
#include "probes/timeline/frame.hh"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

struct pcap;

namespace twinline::capture {

// Immediate where the rig reacts to what it sees; buffered for recording alone, which loses less.
enum class Delivery { immediate, buffered };

struct LiveOptions {
    Delivery delivery = Delivery::immediate;
    std::string filter;  // BPF; empty: everything
    // Octets: what comes in a third of a second at 100,000 packets/s, for a hand that is kept away.
    std::size_t kernel_buffer = std::size_t{64} * 1024 * 1024;
};

class LiveCapture {
  public:
    // Promiscuous, non-blocking. Throws what names the attempt: "capture on br-phones: Operation
    // not permitted".
    LiveCapture(const std::string& interface, Origin origin, const LiveOptions& options = {});
    ~LiveCapture();
    LiveCapture(LiveCapture&&) noexcept;
    LiveCapture& operator=(LiveCapture&&) noexcept;

    int selectable_fd() const;
    timeline::LinkType link() const { return link_; }

    // Hands out what is there, without waiting, and returns how much it was. A frame is valid
    // during its call.
    std::size_t dispatch(const std::function<void(const timeline::Frame&)>& sink);

    CaptureStats stats() const;

  private:
    struct Close {
        void operator()(pcap* handle) const noexcept;
    };

    [[noreturn]] void fail(int status) const;
    void activate(const LiveOptions& options);
    void set_filter(const std::string& filter);

    std::string name_;
    Origin origin_;
    std::unique_ptr<pcap, Close> handle_;
    timeline::LinkType link_ = timeline::LinkType::ethernet;
    std::uint64_t frames_ = 0;
};

}  // namespace twinline::capture
