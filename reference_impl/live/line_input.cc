// Waits for the descriptor and reads what is there; regular files, which cannot be waited for, are
// always ready.
#include "reference_impl/live/line_input.hh"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace twinline::live {

namespace {

constexpr std::size_t longest_line = 65536;

// Asio makes a descriptor non-blocking for all who share it, a terminal's output among them; opened
// anew it is ours alone.
int own(int descriptor) {
    const auto path = "/proc/self/fd/" + std::to_string(descriptor);
    const int opened = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    return opened >= 0 ? opened : ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

}  // namespace

LineInput::LineInput(boost::asio::io_context& context, int descriptor, OnLine on_line, OnEnd on_end)
    : descriptor_(context),
      on_line_(std::move(on_line)),
      on_end_(std::move(on_end)),
      self_(std::make_shared<LineInput*>(this)) {
    const int mine = own(descriptor);
    if (mine >= 0) {
        descriptor_.assign(mine);
        wait();
    } else {
        boost::asio::post(context, on_end_);
    }
}

void LineInput::wait() {
    using boost::asio::posix::stream_descriptor;
    const auto handler = [weak = std::weak_ptr(self_)](const auto& error) {
        const auto self = weak.lock();
        const bool ready = !error || error == boost::asio::error::operation_not_supported;
        if (self && ready) (*self)->read();
    };
    descriptor_.async_wait(stream_descriptor::wait_read, handler);
}

void LineInput::read() {
    std::array<char, 4096> chunk{};
    const auto size = ::read(descriptor_.native_handle(), chunk.data(), chunk.size());
    const bool try_again = size < 0 && (errno == EAGAIN || errno == EINTR);
    if (try_again) return wait();
    if (size <= 0) return on_end_();

    pending_.append(chunk.data(), static_cast<std::size_t>(size));
    std::size_t start = 0;
    for (auto end = pending_.find('\n'); end != std::string::npos;
         end = pending_.find('\n', start)) {
        on_line_(std::string_view(pending_).substr(start, end - start));
        start = end + 1;
    }
    pending_.erase(0, start);
    if (pending_.size() > longest_line) return on_end_();
    wait();
}

}  // namespace twinline::live
