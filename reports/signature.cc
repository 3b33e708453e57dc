// OpenSSL does the arithmetic; what is added here is which files are refused, and why.
#include "reports/signature.hh"

#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

namespace twinline::reports {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const auto* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// A night has nobody who types a passphrase.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

File open(const std::filesystem::path& pem) {
    File file(std::fopen(pem.c_str(), "re"));
    if (!file) throw std::system_error(errno, std::generic_category(), "open " + pem.string());
    return file;
}

[[noreturn]] void refuse(const std::filesystem::path& pem, std::string text) {
    throw scenario::BadInput({{{pem.string(), 0}, std::move(text)}});
}

void require_ed25519(const std::filesystem::path& pem, const Key& key) {
    if (EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519)
        refuse(pem, "is no Ed25519 key; `openssl genpkey -algorithm ed25519` makes one");
}

Key read_private(const std::filesystem::path& pem) {
    bool locked = false;
    const auto file = open(pem);
    Key key(PEM_read_PrivateKey(file.get(), nullptr, no_passphrase, &locked));
    if (locked) refuse(pem, "is locked with a passphrase; give a key that is not");
    return key;
}

Key read_public(const std::filesystem::path& pem) {
    const auto file = open(pem);
    return Key(PEM_read_PUBKEY(file.get(), nullptr, nullptr, nullptr));
}

std::string fingerprint_of(const Key& key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key.get(), &der);
    if (length <= 0) throw std::runtime_error("write a public key as DER failed");
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(der, static_cast<std::size_t>(length), digest.data());
    OPENSSL_free(der);
    std::string text;
    for (const auto octet : digest) text += fmt::format("{:02x}", octet);
    return text;
}

}  // namespace

SigningKey::SigningKey(const std::filesystem::path& pem) : key_(read_private(pem)) {
    if (!key_) refuse(pem, "holds no private key in PEM form");
    require_ed25519(pem, key_);
}

std::string SigningKey::sign(std::string_view octets) const {
    const Context context(EVP_MD_CTX_new());
    std::string signature(64, '\0');
    std::size_t length = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       octets_of(octets), octets.size()) != 1)
        throw std::runtime_error("sign with Ed25519 failed");
    signature.resize(length);
    return signature;
}

std::string SigningKey::fingerprint() const { return fingerprint_of(key_); }

PublicKey::PublicKey(const std::filesystem::path& pem) : key_(read_public(pem)) {
    if (!key_) key_ = read_private(pem);
    if (!key_) refuse(pem, "holds no public key in PEM form");
    require_ed25519(pem, key_);
}

bool PublicKey::verifies(std::string_view octets, std::string_view signature) const {
    const Context context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1)
        throw std::runtime_error("verify with Ed25519 failed");
    return EVP_DigestVerify(context.get(), octets_of(signature), signature.size(),
                            octets_of(octets), octets.size()) == 1;
}

std::string PublicKey::fingerprint() const { return fingerprint_of(key_); }

}  // namespace twinline::reports
