// The phone's downloads under way: libcurl does the work, Asio waits for it.
#pragma once

#include "reference_impl/live/download.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>

namespace twinline::live {

class Downloads {
  public:
    using OnInput = std::function<void(phone::Input)>;

    // From `address`, trusting as streams do.
    Downloads(boost::asio::io_context& context, wire::Ipv4 address, std::string ca_file,
              OnInput on_input);
    ~Downloads();
    Downloads(const Downloads&) = delete;
    Downloads& operator=(const Downloads&) = delete;

    // What comes of it is told in a later turn of the loop.
    void start(const phone::Fetch& fetch);
    void stop(unsigned id);

  private:
    struct Watch {
        boost::asio::posix::stream_descriptor descriptor;
        int wanted = 0;                         // CURL_POLL_IN ...
        bool reading = false, writing = false;  // a wait is under way
    };

    static int on_socket(CURL* handle, curl_socket_t socket, int wanted, void* self, void* watch);
    static int on_timer(CURLM* multi, long ms, void* self);
    void watch(curl_socket_t socket, int wanted);
    void wait(const std::shared_ptr<Watch>& watch);
    void wait(const std::shared_ptr<Watch>& watch, int direction);
    void ready(curl_socket_t socket, int event);
    void collect();
    void finish(unsigned id, phone::Fetched fetched);
    void arm_limit();
    void check_limits();

    boost::asio::io_context& context_;
    wire::Ipv4 address_;
    std::string ca_file_;
    OnInput on_input_;
    CURLM* multi_;
    boost::asio::steady_timer timer_;   // libcurl's
    boost::asio::steady_timer limits_;  // the phone's
    std::map<unsigned, std::unique_ptr<Download>> downloads_;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::shared_ptr<Downloads*> self_;  // what handlers hold weakly: they may run after this object
};

}  // namespace twinline::live
