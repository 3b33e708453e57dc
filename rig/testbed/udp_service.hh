// A socket of the rig's own in a namespace of the lab that hears datagrams and may answer each:
// what a handset wants of its network beside SIP is mostly this small.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::testbed {

class UdpService {
  public:
    // `from`: the sender's address. What it returns goes back there.
    using Hear =
        std::function<std::optional<std::string>(std::string_view datagram, std::string from)>;

    // At `address`, which may be a group that is joined.
    UdpService(boost::asio::io_context& io, const Netns& netns, const std::string& address,
               std::uint16_t port, Hear hear);
    ~UdpService();
    UdpService(const UdpService&) = delete;
    UdpService& operator=(const UdpService&) = delete;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// The answer of a time server (RFC 5905 section 7.3) to one that asked at `heard`; nothing for what
// is no question.
std::optional<std::string> ntp_answer(std::string_view question, Wall heard, Wall now);

// For a log that people read: control characters and what is no ASCII become \xNN, a long text is
// cut.
std::string escaped(std::string_view foreign);

}  // namespace twinline::testbed
