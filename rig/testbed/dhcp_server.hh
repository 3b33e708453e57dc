// What gives a handset its address and tells it of everything else (RFC 2131, RFC 2132): dnsmasq,
// which answers nobody but that handset, and serves its files over TFTP where those are wanted.
#pragma once

#include "rig/testbed/process.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace twinline::testbed {

struct DhcpPlan {
    std::string mac;                        // whom it answers
    std::string address;                    // what it gives
    std::string gateway, services;          // router; NTP, syslog and files
    std::vector<std::string> name_servers;  // option 6; none: it is not told
    std::string url;                        // options 66, 159, 160; empty: it is told of no server
    std::string boot_file;                  // option 67
    std::filesystem::path tftp;             // a folder; empty: no TFTP
};

std::vector<std::string> dnsmasq_arguments(const DhcpPlan& plan);

class DhcpServer {
  public:
    enum class Heard { discover, acknowledged, file_sent };

    // `heard`: of this handset. `said` gets each line; `died` when it ends by itself.
    // Throws Unavailable when dnsmasq is not installed.
    DhcpServer(boost::asio::io_context& io, const Netns& netns, const DhcpPlan& plan,
               std::function<void(Heard, const std::string& file)> heard,
               std::function<void(std::string_view)> said, std::function<void(int status)> died);

  private:
    std::unique_ptr<Process> process_;
};

// What a line of dnsmasq's log tells of the handset; `file` is set for file_sent.
std::optional<DhcpServer::Heard> heard_in(std::string_view line, const std::string& mac,
                                          std::string& file);

// The address of a server that answers a DISCOVER on this interface, which is not to happen before
// ours is there; empty: none did. Waits for a link first, as long as one may take to come up; where
// none comes nobody can answer.
boost::asio::awaitable<std::string> foreign_dhcp_server(boost::asio::io_context& io,
                                                        std::string interface);

}  // namespace twinline::testbed
