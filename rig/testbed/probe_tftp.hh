// The TFTP of a probe (RFC 1350): a file block by block.
#pragma once

#include "rig/testbed/probe_file.hh"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/udp.hpp>

namespace twinline::testbed {

boost::asio::ip::udp::socket open_tftp(const boost::asio::any_io_executor& executor,
                                       const Netns& from, const FileQuestion& question);
boost::asio::awaitable<void> ask_tftp(boost::asio::ip::udp::socket& socket,
                                      const FileQuestion& question, ProbeResult& result);

}  // namespace twinline::testbed
