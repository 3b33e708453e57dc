// Where nginx asks when a source is to meet a fault of a file: an answer that is late, another
// status, or a body that is not all that was announced.
#pragma once

#include "rig/scenario/scenario.hh"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace twinline::testbed {

class BrokenOrigin {
  public:
    // Listens at the Unix socket `at` with the files of `host`.
    BrokenOrigin(boost::asio::io_context& io, const scenario::Topology& topology,
                 const scenario::Host& host, const std::filesystem::path& at);
    ~BrokenOrigin();
    BrokenOrigin(const BrokenOrigin&) = delete;
    BrokenOrigin& operator=(const BrokenOrigin&) = delete;

    // Holds from the next request on. A source without a treatment gets its file.
    void misbehave(const std::string& source, const scenario::Treatment& treatment);
    void behave(const std::string& source);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace twinline::testbed
