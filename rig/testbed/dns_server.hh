// The lab's DNS: a socket in the dns host's namespace before the name server of rig/dns, which may
// have another view and another behaviour for each asker.
#pragma once

#include "rig/dns/name_server.hh"
#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace twinline::testbed {

class DnsServer {
  public:
    DnsServer(boost::asio::io_context& io, const Netns& netns, const std::string& address,
              dns::NameServer names);
    ~DnsServer();
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    dns::NameServer& names();  // changes hold from the next query on
    // Answers to this asker (IPv4 address in host byte order) come so much late.
    void delay(std::uint32_t asker, Duration late);
    // They are held back; serve() lets them go.
    void stall(std::uint32_t asker);
    void serve(std::uint32_t asker);  // at once again

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace twinline::testbed
