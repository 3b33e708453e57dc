// The rig's own question to a server of SIP over TLS: the proof that its certificate is its own, or
// that it is not, for an address.
#pragma once

#include "rig/testbed/probe.hh"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace twinline::testbed {

struct SecureQuestion {
    std::string source, host;
    std::uint16_t port = 0;
    Trust trust;
};

// Once: an OPTIONS with a Call-ID of its own, over a connection of its own.
boost::asio::awaitable<ProbeResult> probe_sip_over_tls(const Netns& from, SecureQuestion question,
                                                       Duration deadline = probe_deadline);

}  // namespace twinline::testbed
