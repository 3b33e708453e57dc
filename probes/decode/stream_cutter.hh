// Cuts one direction of a TCP connection into messages: SIP by Content-Length (RFC 3261 section
// 18.3) with the keep-alives between them (RFC 5626 3.5.1), DNS by its length (RFC 1035 4.2.2).
// TLS is known by its first octets and comes as it is; what is neither costs nothing. Bounded,
// whatever the stream holds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::decode {

class StreamCutter {
  public:
    enum class Kind { unknown, sip, dns, tls, octets, other };

    // `kind`: what the ports say; unknown: the first line tells; octets: they come as they are.
    explicit StreamCutter(Kind kind) : kind_(kind) {}

    // Octets in order; the messages that they complete. What stands where a message ought to begin
    // and is none comes as it is, once.
    std::vector<std::string> take(std::string_view octets);
    // Octets are missing here: what comes next begins anywhere.
    void lose();

    Kind kind() const { return kind_; }
    std::size_t held() const { return buffer_.size(); }

    static constexpr std::size_t longest_head = 16384;
    static constexpr std::size_t longest_body = 65536;

  private:
    using Messages = std::vector<std::string>;

    bool recognise();
    bool may_be_tls(std::string_view octets);
    void cut_sip(Messages& messages);
    bool cut_one(Messages& messages);
    bool cut_keepalive(Messages& messages);
    void cut_dns(Messages& messages);
    void give_up(Messages& messages);

    Kind kind_;
    bool lost_ = false, begun_ = false;
    std::string buffer_;
    std::size_t searched_ = 0;  // how far the end of the head was looked for
};

}  // namespace twinline::decode
