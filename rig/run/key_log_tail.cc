// inotify tells that there is more; what it says is not read, only taken away.
#include "rig/run/key_log_tail.hh"

#include "rig/testbed/fd.hh"

#include <array>
#include <iterator>
#include <sys/inotify.h>

namespace twinline::run {

namespace asio = boost::asio;

KeyLogTail::KeyLogTail(asio::io_context& io, const std::filesystem::path& file,
                       std::function<void()> on_change)
    : in_(file, std::ios::binary), changes_(io), on_change_(std::move(on_change)) {
    testbed::Fd watch(testbed::check("inotify_init", ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)));
    testbed::check("watch " + file.string(),
                   ::inotify_add_watch(watch.get(), file.c_str(), IN_MODIFY));
    changes_.assign(watch.release());
    wait();
}

std::string KeyLogTail::more() {
    in_.clear();  // of the end that it had
    return {std::istreambuf_iterator<char>(in_), {}};
}

void KeyLogTail::wait() {
    changes_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](boost::system::error_code error) {
                            if (error) return;
                            std::array<char, 4096> told{};
                            while (::read(changes_.native_handle(), told.data(), told.size()) > 0) {
                            }
                            on_change_();
                            wait();
                        });
}

}  // namespace twinline::run
