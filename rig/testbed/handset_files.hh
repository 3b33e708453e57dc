// The web server from which a handset takes its configuration, and which stands in for its vendor's
// redirection service: it knows the handset's own files and nothing else, and tells when they were
// taken.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace twinline::testbed {

struct FileAsked {
    std::string name;  // without the slash before it
    std::string host;  // whom it takes this server for
    std::string user_agent;
    std::string from;
    unsigned status = 0;  // 200, 404 ...
    Wall at{};            // before the first octet of the answer
};

class HandsetFiles {
  public:
    using Asked = std::function<void(const FileAsked& asked)>;  // once the answer has been sent

    // `certificate`: a PEM file with its key, for HTTPS; empty: HTTP.
    HandsetFiles(boost::asio::io_context& io, const Netns& netns, const std::string& address,
                 std::uint16_t port, Asked asked, const std::filesystem::path& certificate = {});
    ~HandsetFiles();
    HandsetFiles(const HandsetFiles&) = delete;
    HandsetFiles& operator=(const HandsetFiles&) = delete;

    // By name, in whatever case it is asked for.
    void serve(std::map<std::string, std::string> files);

    struct State;

  private:
    std::shared_ptr<State> state_;
};

std::string lower_case(std::string_view text);

}  // namespace twinline::testbed
