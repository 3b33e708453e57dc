// The flights of a TLS talk as frames of one TCP connection.
#pragma once

#include "tests/decode/frame_builder.hh"
#include "tests/decode/tls_talk.hh"

namespace twinline::test {

// Frames of one connection between device and primary, in segments of at most `cut` octets.
class Wire {
    static constexpr unsigned fin = 0x01, syn = 0x02, ack = 0x10;

  public:
    explicit Wire(std::size_t cut = 1400, std::uint16_t port = 5061) : cut_(cut), port_(port) {
        frames.push_back(segment(true, syn, sent_++));
        frames.push_back(segment(false, syn | ack, received_++));
    }
    Wire& carry(const std::vector<Flight>& flights) {
        for (const auto& flight : flights) {
            auto& next = flight.is_from_client ? sent_ : received_;
            for (std::size_t at = 0; at < flight.octets.size(); at += cut_) {
                const auto text = flight.octets.substr(at, cut_);
                frames.push_back(segment(flight.is_from_client, ack, next, text));
                next += static_cast<std::uint32_t>(text.size());
            }
        }
        return *this;
    }
    Wire& end() {
        frames.push_back(segment(true, fin | ack, sent_));
        return *this;
    }

    std::vector<Octets> frames;

  private:
    Octets segment(bool is_from_client, unsigned flags, std::uint32_t sequence,
                   std::string_view text = {}) const {
        const auto acknowledged = is_from_client ? received_ : sent_;
        return is_from_client
                   ? ethernet(ipv4({.protocol = 6},
                                   tcp(own, port_, flags, sequence, acknowledged, text)))
                   : ethernet(ipv4({.source = primary, .destination = device, .protocol = 6},
                                   tcp(port_, own, flags, sequence, acknowledged, text)));
    }

    std::size_t cut_;
    static constexpr std::uint16_t own = 40000;
    std::uint16_t port_;
    std::uint32_t sent_ = 100, received_ = 500;
};

}  // namespace twinline::test
