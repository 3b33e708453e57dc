// HTTP/1.1 on one connection (RFC 9112): requests, and how far each answer came. Bodies are counted
// and not kept; what is no HTTP ends the reading, and costs nothing from there on.
#pragma once

#include "probes/decode/config_event.hh"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace twinline::decode {

class HttpReader {
  public:
    HttpReader(ConfigEnds ends, std::string protocol)
        : ends_(ends), protocol_(std::move(protocol)) {}

    void from_client(std::string_view octets, ConfigFound& found);
    void from_server(std::string_view octets, ConfigFound& found);
    // The connection is over: `cleanly` when the server closed it, and not by a reset.
    void end(bool cleanly, ConfigFound& found);

    static constexpr std::size_t longest_head = 16384;
    static constexpr std::size_t most_waiting = 64;  // requests without an answer

  private:
    struct Asked {
        std::string method, path;
    };
    // What of an answer's body is due.
    enum class Body { none, counted, chunk_size, chunk, chunk_end, trailer, until_close };

    bool read_request(std::string_view head, ConfigFound& found);
    bool read_answer(std::string_view head);
    void read_body(std::string_view& octets, ConfigFound& found);
    bool read_chunk_line(std::string_view& octets);
    void finish(std::string_view outcome, ConfigFound& found);

    ConfigEnds ends_;
    std::string protocol_;  // "http" or "https"
    std::deque<Asked> waiting_;
    std::string asked_, answered_;    // heads that are not whole yet
    std::uint64_t request_body_ = 0;  // octets of it that are still to come
    bool lost_client_ = false, lost_server_ = false;
    std::string status_;  // of the answer that is under way; empty: none is
    Body body_ = Body::none;
    std::uint64_t left_ = 0, bytes_ = 0;
};

}  // namespace twinline::decode
