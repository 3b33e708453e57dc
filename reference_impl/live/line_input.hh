// Lines of a file descriptor as they come, without changing how anybody else who shares it reads or
// writes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace twinline::live {

class LineInput {
  public:
    using OnLine = std::function<void(std::string_view)>;
    using OnEnd = std::function<void()>;  // end of file, or it cannot be read any more

    LineInput(boost::asio::io_context& context, int descriptor, OnLine on_line, OnEnd on_end);

  private:
    void wait();
    void read();

    boost::asio::posix::stream_descriptor descriptor_;
    OnLine on_line_;
    OnEnd on_end_;
    std::string pending_;
    std::shared_ptr<LineInput*> self_;  // what handlers hold weakly: they may run after this object
};

}  // namespace twinline::live
