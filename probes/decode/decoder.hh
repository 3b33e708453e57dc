// Frames to events: the one decoder that the capture of a lab, a customer's file and the virtual
// world share.
#pragma once

#include "probes/decode/config_events.hh"
#include "probes/decode/draft.hh"
#include "probes/decode/ends.hh"
#include "probes/decode/fragments.hh"
#include "probes/decode/sip_events.hh"
#include "probes/decode/tcp_streams.hh"
#include "probes/decode/tls_streams.hh"
#include "probes/timeline/event.hh"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace twinline::decode {

using Sink = std::function<void(timeline::Event&&)>;
// For those who keep nothing of it.
using ViewSink = std::function<void(const timeline::EventView&)>;

// What a frame says by itself, whatever came before: most of the work, and none of it in order, so
// that several can be looked at side by side.
struct Glimpse {
    Draft event;
    std::optional<Payload> datagram;        // of SIP or DNS, which was read
    std::optional<SipEvents::Glimpse> sip;  // of SIP
};
void glance(Glimpse& glimpse, const timeline::Frame& frame);

class Decoder {
  public:
    // `keys` open what was said over TLS.
    explicit Decoder(timeline::Cast cast, TlsKeyLog keys = {});
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    // A fragment gives its event when the packet is whole, a segment of TCP one for each message
    // that it completes.
    void feed(const timeline::Frame& frame, const Sink& sink);
    void feed_views(const timeline::Frame& frame, const ViewSink& sink);
    // Of a frame that was glanced at, in the order of the frames: its own event, valid as long as
    // the glimpse; where there is none, what it gives goes to the sink.
    std::optional<timeline::EventView> finish(const timeline::Frame& frame, Glimpse& glimpse,
                                              const ViewSink& sink);
    // More lines of a key log that grows: what waited for them comes out, as events of its frames.
    void add_keys(std::string_view lines, const Sink& sink);
    void add_keys_views(std::string_view lines, const ViewSink& sink);

  private:
    void feed_rest(const timeline::Frame& frame, const ViewSink& sink);
    void feed_packet(const timeline::Frame& frame, const Ipv4Packet& packet, const ViewSink& sink);
    void feed_segment(const timeline::Frame& frame, const TcpSegment& segment,
                      const ViewSink& sink);
    void read_arp(const ArpPacket& arp);
    bool read_packet(const Ipv4Packet& packet);
    bool read_udp_event(const Payload& datagram);
    bool read_icmp_event(const Ipv4Packet& packet, const IcmpMessage& icmp);
    void take_message(Stamp stamp, const TcpStreams::Message& message, std::string_view transport,
                      const ViewSink& sink);
    void take_flags(Stamp stamp, const TcpSegment& segment, const ViewSink& sink);
    void take_secure(TlsStreams::AllFound&& found, const ViewSink& sink);
    void set_ends(const Endpoint& source, const Endpoint& destination);
    // A draft as the event of that frame.
    timeline::EventView stamped(Stamp stamp, const Draft& draft);
    void emit(Stamp stamp, const ViewSink& sink) { sink(stamped(stamp, event_)); }
    void emit(Stamp stamp, const ConfigFound& found, const ViewSink& sink);

    Ends ends_;
    Reassembler fragments_;
    TcpStreams streams_;
    TlsStreams secure_;
    ConfigEvents config_;
    SipEvents sip_;
    Draft event_;
    Glimpse glimpse_;
    std::uint64_t next_id_ = 1;
};

// A frame with its octets, for those that keep them.
struct OwnedFrame {
    timeline::Frame frame;  // `bytes` is set when it is decoded
    std::vector<std::byte> bytes;
};

timeline::Timeline decode_all(std::span<const OwnedFrame> frames, timeline::Cast cast,
                              TlsKeyLog keys = {});

}  // namespace twinline::decode
