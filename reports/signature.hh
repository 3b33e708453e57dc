// The lab's signature under a certificate: Ed25519 (RFC 8032), keys as PEM files (RFC 8410), as
// `openssl genpkey -algorithm ed25519` makes them.
#pragma once

#include <openssl/evp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace twinline::reports {

struct FreeKey {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

class SigningKey {
  public:
    // Throws std::system_error when the file cannot be opened, scenario::BadInput when it holds no
    // Ed25519 private key or one that is locked with a passphrase.
    explicit SigningKey(const std::filesystem::path& pem);

    std::string sign(std::string_view octets) const;  // 64 octets
    std::string fingerprint() const;

  private:
    Key key_;
};

class PublicKey {
  public:
    // Throws as SigningKey does; takes a public key, and a private one for its public half.
    explicit PublicKey(const std::filesystem::path& pem);

    bool verifies(std::string_view octets, std::string_view signature) const;
    // SHA-256 of the key as SubjectPublicKeyInfo, in hex: what two people compare by telephone.
    std::string fingerprint() const;

  private:
    Key key_;
};

}  // namespace twinline::reports
