// The key log of TLS in NSS form, one secret a line: what the servers of the lab wrote about their
// own connections, so that these are read without weakening what a phone is offered.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace twinline::decode {

class TlsKeyLog {
  public:
    static constexpr std::size_t random_size = 32;  // RFC 8446 4.1.2
    // Empty: not known. `master` is of TLS 1.2, the others of TLS 1.3 (RFC 8446 7.1).
    struct Secrets {
        std::string master, client_handshake, server_handshake, client_traffic, server_traffic;
    };
    // Whether a key that is missing may come: the log of a lab that runs lags behind the wire.
    enum class Growth { complete, growing };

    TlsKeyLog() = default;
    explicit TlsKeyLog(std::string_view text, Growth growth = Growth::complete) : growth_(growth) {
        add(text);
        if (growth == Growth::complete) add("\n");
    }

    // Lines, the last of which may not be whole yet. What is no such line is passed over.
    void add(std::string_view text);
    const Secrets* find(std::string_view client_random) const;  // 32 octets
    bool may_grow() const { return growth_ == Growth::growing; }
    std::size_t size() const { return sessions_.size(); }

    static constexpr std::size_t most_sessions = 65536;
    static constexpr std::size_t longest_line = 1024;

  private:
    void add_line(std::string_view line);

    Growth growth_ = Growth::complete;
    std::string begun_;  // of a line
    std::map<std::string, Secrets, std::less<>> sessions_;
};

}  // namespace twinline::decode
