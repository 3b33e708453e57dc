// The rig's own download from a configuration server: the proof that a fault holds for an address,
// or that it does not. Known on the wire by the name of its file.
#pragma once

#include "rig/testbed/probe.hh"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace twinline::testbed {

struct FileQuestion {
    std::string protocol;  // "http", "https", "ftp", "tftp"
    std::string source, host;
    std::uint16_t port = 0;
    std::string file;
    Trust trust;
};

// Once, until the file is there or the deadline.
boost::asio::awaitable<ProbeResult> probe_file(const Netns& from, FileQuestion question,
                                               Duration deadline = probe_deadline);

}  // namespace twinline::testbed
