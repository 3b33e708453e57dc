// What the servers add to the lab's key log, the moment they do.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace twinline::run {

class KeyLogTail {
  public:
    // `on_change` is called on the io_context; the file must be there.
    KeyLogTail(boost::asio::io_context& io, const std::filesystem::path& file,
               std::function<void()> on_change);

    // What was written since the last time.
    std::string more();

  private:
    void wait();

    std::ifstream in_;
    boost::asio::posix::stream_descriptor changes_;
    std::function<void()> on_change_;
};

}  // namespace twinline::run
