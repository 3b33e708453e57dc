// Opens what TLS has sealed in one direction: AES-GCM and ChaCha20-Poly1305, of TLS 1.3 (RFC 8446
// 5.2, 7.3) and TLS 1.2 (RFC 5288, RFC 7905), and AES-CBC of TLS 1.2 (RFC 5246 6.2.3.2, RFC 7366),
// which many a phone knows alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::decode {

struct TlsSuite {
    enum class Form { aead, chacha, cbc };

    std::uint16_t id;
    std::string_view name;  // as IANA has it
    Form form;
    const char* cipher;  // as OpenSSL has them: the cipher, the hash of the key derivation
    const char* hash;
    const char* mac_hash;  // of CBC
    std::size_t key_size, iv_size, mac_size;
};

// None: it is not read.
const TlsSuite* tls_suite(std::uint16_t id);

class TlsOpener {
  public:
    // Of TLS 1.3: from a traffic secret.
    static TlsOpener of_secret(const TlsSuite& suite, std::string secret);

    // A record's body; of TLS 1.3 with the type behind the content. None: the octets are not what
    // was sealed with this key as the next record.
    std::optional<std::string> open(std::uint8_t type, std::string_view body);
    void update();  // RFC 8446 7.2

  private:
    friend struct TlsKeyBlock;
    TlsOpener(const TlsSuite& suite, bool is_13) : suite_(&suite), is_13_(is_13) {}

    void expand();
    std::optional<std::string> open_aead(std::uint8_t type, std::string_view body) const;
    std::optional<std::string> open_cbc(std::uint8_t type, std::string_view body) const;

    const TlsSuite* suite_;
    bool is_13_;
    bool mac_is_outside_ = false;
    std::string secret_, key_, iv_, mac_key_;
    std::uint64_t sequence_ = 0;
};

// Of TLS 1.2: both directions from the master secret (RFC 5246 6.3).
struct TlsKeyBlock {
    TlsKeyBlock(const TlsSuite& suite, std::string_view master, std::string_view client_random,
                std::string_view server_random, bool encrypts_then_macs);

    TlsOpener client, server;
};

}  // namespace twinline::decode
