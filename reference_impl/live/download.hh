// One file from one address by libcurl, and what became of it in the phone's own words.
#pragma once

#include "reference_impl/live/streams.hh"
#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/output.hh"

#include <chrono>
#include <curl/curl.h>
#include <memory>
#include <string>

namespace twinline::live {

class Download {
  public:
    // Nothing is followed, tried again or asked of another address.
    Download(const phone::Fetch& fetch, wire::Ipv4 local, const std::string& ca_file);
    Download(const Download&) = delete;
    Download& operator=(const Download&) = delete;

    CURL* handle() const { return handle_.get(); }
    unsigned id() const { return fetch_.id; }
    // When the server has been silent for too long.
    std::chrono::steady_clock::time_point limit() const { return limit_; }
    phone::Fetched result(CURLcode code) const;
    phone::Fetched timed_out() const;

  private:
    struct Cleanup {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    template <typename Value>
    void set(CURLoption option, Value value);
    void set_limits();
    void set_address(wire::Ipv4 local);
    void set_trust(const std::string& ca_file);
    void alive();
    bool take(const char* bytes, std::size_t size);
    bool take_header(std::string_view line);
    long status() const;
    phone::Fetched::Outcome of_response(long status) const;
    phone::Fetched::Outcome of_error(CURLcode code, long status) const;
    std::string status_text(CURLcode code, long status) const;

    phone::Fetch fetch_;
    std::unique_ptr<CURL, Cleanup> handle_;
    std::unique_ptr<curl_slist, Cleanup> connect_to_;
    std::chrono::steady_clock::time_point limit_;
    std::string body_, location_;
    std::size_t header_octets_ = 0;
    long ftp_reply_ = 0;  // the last one that is of the file
    bool too_big_ = false;
};

}  // namespace twinline::live
