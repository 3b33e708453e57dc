// Cuts a stream into SIP messages by Content-Length (RFC 3261 section 18.3), within bounds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twinline::phone {

inline constexpr std::size_t longest_stream_head = 16384;
inline constexpr std::size_t longest_stream_body = 65536;

class StreamFraming {
  public:
    // The messages that `bytes` completes. What can be no SIP, or is too long, breaks the stream:
    // where the next message begins is then unknown.
    std::vector<std::string> take(std::string_view bytes);
    bool is_broken() const { return broken_; }
    // Whether there was a line end between messages in what take() got last.
    bool took_line_end() const { return took_line_end_; }

  private:
    bool find_end();

    std::string buffer_;
    std::size_t searched_ = 0;  // of the head, so that single octets cost no search of everything
    std::size_t length_ = 0;    // of the message at the front, once its head is complete
    bool broken_ = false;
    bool took_line_end_ = false;
};

}  // namespace twinline::phone
