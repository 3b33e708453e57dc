// Where nginx asks when a source is to meet a fault of a file: an answer that is late, another
// status, or a body that is not all that was announced.
#pragma once

#include "rig/scenario/scenario.hh"
#include "rig/testbed/config_server.hh"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::testbed {

class BrokenOrigin {
  public:
    using FileOf =
        std::function<std::optional<ServedText>(std::string_view source, std::string_view path)>;

    // Listens at the Unix socket `at` with these files; none: there is no such file.
    BrokenOrigin(boost::asio::io_context& io, FileOf files, const std::filesystem::path& at);
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
