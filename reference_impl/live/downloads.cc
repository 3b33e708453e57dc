// libcurl's sockets stay its own: a descriptor only waits for them and is let go before they close.
#include "reference_impl/live/downloads.hh"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <stdexcept>

namespace twinline::live {

Downloads::Downloads(boost::asio::io_context& context, wire::Ipv4 address, std::string ca_file,
                     OnInput on_input)
    : context_(context),
      address_(address),
      ca_file_(std::move(ca_file)),
      on_input_(std::move(on_input)),
      multi_((curl_global_init(CURL_GLOBAL_DEFAULT), curl_multi_init())),
      timer_(context),
      limits_(context),
      self_(std::make_shared<Downloads*>(this)) {
    if (multi_ == nullptr) throw std::runtime_error("libcurl does not start");
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Downloads::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Downloads::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

Downloads::~Downloads() {
    self_.reset();
    for (const auto& [id, download] : downloads_)
        curl_multi_remove_handle(multi_, download->handle());
    downloads_.clear();
    curl_multi_cleanup(multi_);
    for (const auto& [socket, watch] : watches_) watch->descriptor.release();
    curl_global_cleanup();
}

void Downloads::start(const phone::Fetch& fetch) {
    auto download = std::make_unique<Download>(fetch, address_, ca_file_);
    curl_multi_add_handle(multi_, download->handle());
    downloads_.insert_or_assign(fetch.id, std::move(download));
    arm_limit();
}

void Downloads::stop(unsigned id) {
    const auto download = downloads_.extract(id);
    if (!download.empty()) curl_multi_remove_handle(multi_, download.mapped()->handle());
}

int Downloads::on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
    static_cast<Downloads*>(self)->watch(socket, wanted);
    return 0;
}

void Downloads::watch(curl_socket_t socket, int wanted) {
    if (wanted == CURL_POLL_REMOVE) {
        const auto watch = watches_.extract(socket);
        if (watch.empty()) return;
        watch.mapped()->wanted = 0;
        watch.mapped()->descriptor.release();
        return;
    }
    auto& watch = watches_[socket];
    if (!watch)
        watch =
            std::make_shared<Watch>(Watch{boost::asio::posix::stream_descriptor(context_, socket)});
    watch->wanted = wanted;
    wait(watch);
}

void Downloads::wait(const std::shared_ptr<Watch>& watch) {
    if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) wait(watch, CURL_POLL_IN);
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) wait(watch, CURL_POLL_OUT);
}

void Downloads::wait(const std::shared_ptr<Watch>& watch, int direction) {
    const bool reads = direction == CURL_POLL_IN;
    (reads ? watch->reading : watch->writing) = true;
    watch->descriptor.async_wait(
        reads ? boost::asio::posix::descriptor_base::wait_read
              : boost::asio::posix::descriptor_base::wait_write,
        [weak = std::weak_ptr(self_), waiting = std::weak_ptr(watch), reads](const auto& error) {
            const auto self = weak.lock();
            const auto found = waiting.lock();
            if (!self || !found) return;
            (reads ? found->reading : found->writing) = false;
            if (error || (found->wanted & (reads ? CURL_POLL_IN : CURL_POLL_OUT)) == 0) return;
            (*self)->ready(found->descriptor.native_handle(),
                           reads ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
            if (found->wanted != 0 && found->descriptor.is_open() && !weak.expired())
                (*self)->wait(found);
        });
}

int Downloads::on_timer(CURLM*, long ms, void* data) {
    auto* self = static_cast<Downloads*>(data);
    self->timer_.cancel();
    if (ms < 0) return 0;
    self->timer_.expires_after(std::chrono::milliseconds(ms));
    self->timer_.async_wait([weak = std::weak_ptr(self->self_)](const auto& error) {
        const auto alive = weak.lock();
        if (alive && !error) (*alive)->ready(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
}

void Downloads::ready(curl_socket_t socket, int event) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, event, &running);
    collect();
}

void Downloads::collect() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const auto code = message->data.result;
        void* owner = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        const auto* download = static_cast<const Download*>(owner);
        finish(download->id(), download->result(code));
    }
}

// Told in a turn of its own: the phone may start the next download at once.
void Downloads::finish(unsigned id, phone::Fetched fetched) {
    stop(id);
    boost::asio::post(context_, [weak = std::weak_ptr(self_), fetched = std::move(fetched)] {
        if (const auto self = weak.lock()) (*self)->on_input_(fetched);
    });
}

void Downloads::arm_limit() {
    if (downloads_.empty()) return;
    auto first = downloads_.begin()->second->limit();
    for (const auto& [id, download] : downloads_) first = std::min(first, download->limit());
    limits_.expires_at(first);
    limits_.async_wait([weak = std::weak_ptr(self_)](const auto& error) {
        const auto self = weak.lock();
        if (self && !error) (*self)->check_limits();
    });
}

// A server that has said something since gets its time again.
void Downloads::check_limits() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<unsigned> late;
    for (const auto& [id, download] : downloads_)
        if (download->limit() <= now) late.push_back(id);
    for (const auto id : late) finish(id, downloads_.at(id)->timed_out());
    arm_limit();
}

}  // namespace twinline::live
