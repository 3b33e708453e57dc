// One TLS connection read with its keys (RFC 8446, RFC 5246): the handshake as far as it says which
// keys are used, then the plain octets. Versions 1.2 and 1.3, resumption and KeyUpdate. Bounded in
// what it holds, whatever the records say.
#pragma once

#include "probes/decode/tls_cipher.hh"
#include "probes/decode/tls_keys.hh"
#include "probes/timeline/event.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::decode {

class TlsSession {
  public:
    enum class Side { client, server };
    // Octets that were said, or, where `kind` is not empty, an event.
    struct Found {
        std::string text;
        std::string kind{};
        timeline::Fields fields{};
    };
    using AllFound = std::vector<Found>;

    // A whole record with its header. False: the key log may yet have its key; nothing is changed
    // by having asked.
    bool read(Side from, std::string_view record, const TlsKeyLog& keys, AllFound& found);
    // No more of this side can be read; told once.
    void give_up(Side from, std::string_view reason, AllFound& found);

    static constexpr std::size_t header_size = 5;
    static constexpr std::size_t longest_body = 16384 + 2048;  // RFC 5246 6.2.3
    static constexpr std::size_t longest_hello = 65536;

  private:
    struct Direction {
        bool is_sealed = false, is_lost = false, has_finished = false;
        std::optional<TlsOpener> opener;
        std::string handshake;    // a message that is not whole yet
        std::size_t to_skip = 0;  // octets of one that nobody needs
    };

    Direction& direction(Side side) { return directions_[side == Side::client ? 0 : 1]; }
    bool open(Side from, std::uint8_t type, std::string_view body, const TlsKeyLog& keys,
              AllFound& found);
    bool find_key(Side from, const TlsKeyLog& keys, std::string& lack);
    void take(Side from, std::uint8_t type, std::string_view content, AllFound& found);
    void take_handshake(Side from, std::string_view content, AllFound& found);
    void take_message(Side from, std::uint8_t type, std::string_view message, AllFound& found);
    bool read_client_hello(std::string_view message);
    bool read_server_hello(std::string_view message);
    void finish(Side from, AllFound& found);
    void take_alert(Side from, std::string_view alert, AllFound& found);

    std::array<Direction, 2> directions_;
    std::string client_random_, server_random_, server_name_;
    std::uint16_t version_ = 0, suite_id_ = 0;  // 0: no ServerHello was seen
    bool offers_early_data_ = false, is_resumed_ = false, shows_certificate_ = false;
    bool encrypts_then_macs_ = false;
};

}  // namespace twinline::decode
