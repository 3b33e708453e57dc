// OpenSSL computes; what is computed over which octets is written here.
#include "probes/decode/tls_cipher.hh"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <memory>

namespace twinline::decode {

namespace {

using Form = TlsSuite::Form;

constexpr std::size_t tag_size = 16, block_size = 16, nonce_size = 12, explicit_nonce = 8;
constexpr std::uint8_t application_record = 23;

constexpr TlsSuite aead(std::uint16_t id, std::string_view name, const char* cipher,
                        const char* hash, std::size_t key_size) {
    return {id, name, Form::aead, cipher, hash, "", key_size, 4, 0};
}
constexpr TlsSuite chacha(std::uint16_t id, std::string_view name) {
    return {id, name, Form::chacha, "ChaCha20-Poly1305", "SHA256", "", 32, nonce_size, 0};
}
constexpr TlsSuite cbc(std::uint16_t id, std::string_view name, std::size_t key_size,
                       const char* mac_hash, std::size_t mac_size) {
    return {id,
            name,
            Form::cbc,
            key_size == 16 ? "AES-128-CBC" : "AES-256-CBC",
            mac_size == 48 ? "SHA384" : "SHA256",
            mac_hash,
            key_size,
            0,
            mac_size};
}

constexpr const char* gcm_128 = "AES-128-GCM";
constexpr const char* gcm_256 = "AES-256-GCM";
constexpr std::array suites{
    aead(0x1301, "TLS_AES_128_GCM_SHA256", gcm_128, "SHA256", 16),
    aead(0x1302, "TLS_AES_256_GCM_SHA384", gcm_256, "SHA384", 32),
    chacha(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
    aead(0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", gcm_128, "SHA256", 16),
    aead(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", gcm_256, "SHA384", 32),
    aead(0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", gcm_128, "SHA256", 16),
    aead(0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", gcm_256, "SHA384", 32),
    aead(0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", gcm_128, "SHA256", 16),
    aead(0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", gcm_256, "SHA384", 32),
    aead(0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", gcm_128, "SHA256", 16),
    aead(0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", gcm_256, "SHA384", 32),
    chacha(0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    chacha(0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    chacha(0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    cbc(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", 16, "SHA1", 20),
    cbc(0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", 16, "SHA1", 20),
    cbc(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", 32, "SHA1", 20),
    cbc(0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", 32, "SHA1", 20),
    cbc(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", 16, "SHA256", 32),
    cbc(0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256", 32, "SHA256", 32),
    cbc(0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", 16, "SHA256", 32),
    cbc(0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", 32, "SHA256", 32),
    cbc(0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 16, "SHA1", 20),
    cbc(0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", 32, "SHA1", 20),
    cbc(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 16, "SHA1", 20),
    cbc(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 32, "SHA1", 20),
    cbc(0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 16, "SHA256", 32),
    cbc(0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", 32, "SHA384", 48)};

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string big_endian(std::uint64_t value, std::size_t size) {
    std::string text(size, '\0');
    for (auto at = size; at-- > 0; value >>= 8U) text[at] = static_cast<char>(value & 0xffU);
    return text;
}

OSSL_PARAM text_param(const char* name, const char* value) {
    return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}
OSSL_PARAM octet_param(const char* name, std::string_view value) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}

// Empty when OpenSSL cannot, which a secret of the wrong length may make it.
std::string derive(const char* function, const OSSL_PARAM* params, std::size_t size) {
    const std::unique_ptr<EVP_KDF, void (*)(EVP_KDF*)> kdf(
        EVP_KDF_fetch(nullptr, function, nullptr), EVP_KDF_free);
    const std::unique_ptr<EVP_KDF_CTX, void (*)(EVP_KDF_CTX*)> context(
        kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr, EVP_KDF_CTX_free);
    std::string made(size, '\0');
    if (!context || EVP_KDF_derive(context.get(), octets(made), size, params) != 1) made.clear();
    return made;
}

// HKDF-Expand-Label with an empty context (RFC 8446 7.1).
std::string expand_label(const char* hash, std::string_view secret, std::string_view label,
                         std::size_t size) {
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    const std::array params{text_param(OSSL_KDF_PARAM_DIGEST, hash),
                            OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                            octet_param(OSSL_KDF_PARAM_KEY, secret),
                            octet_param(OSSL_KDF_PARAM_PREFIX, "tls13 "),
                            octet_param(OSSL_KDF_PARAM_LABEL, label),
                            OSSL_PARAM_construct_end()};
    return derive("TLS13-KDF", params.data(), size);
}

std::string key_expansion(const char* hash, std::string_view master, const std::string& seed,
                          std::size_t size) {
    const std::array params{text_param(OSSL_KDF_PARAM_DIGEST, hash),
                            octet_param(OSSL_KDF_PARAM_SECRET, master),
                            octet_param(OSSL_KDF_PARAM_SEED, seed), OSSL_PARAM_construct_end()};
    return derive("TLS1-PRF", params.data(), size);
}

using Cipher = std::unique_ptr<EVP_CIPHER, void (*)(EVP_CIPHER*)>;
using Context = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;

Context decrypting(const TlsSuite& suite, const std::string& key, std::string_view iv) {
    const Cipher cipher(EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr), EVP_CIPHER_free);
    Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    const bool made =
        cipher && context && key.size() == suite.key_size &&
        EVP_DecryptInit_ex2(context.get(), cipher.get(), octets(key), octets(iv), nullptr) == 1;
    return made ? std::move(context) : Context(nullptr, EVP_CIPHER_CTX_free);
}

std::string mac_of(const TlsSuite& suite, std::string_view key, const std::string& text) {
    std::string made(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    const auto* hash = EVP_get_digestbyname(suite.mac_hash);
    if (hash == nullptr || HMAC(hash, octets(key), static_cast<int>(key.size()), octets(text),
                                text.size(), octets(made), &size) == nullptr)
        return {};
    made.resize(size);
    return made;
}

}  // namespace

const TlsSuite* tls_suite(std::uint16_t id) {
    const auto* found = std::ranges::find(suites, id, &TlsSuite::id);
    return found == suites.end() ? nullptr : found;
}

TlsOpener TlsOpener::of_secret(const TlsSuite& suite, std::string secret) {
    TlsOpener opener(suite, true);
    opener.secret_ = std::move(secret);
    opener.expand();
    return opener;
}

void TlsOpener::expand() {
    key_ = expand_label(suite_->hash, secret_, "key", suite_->key_size);
    iv_ = expand_label(suite_->hash, secret_, "iv", nonce_size);
    sequence_ = 0;
}

void TlsOpener::update() {
    secret_ = expand_label(suite_->hash, secret_, "traffic upd", secret_.size());
    expand();
}

std::optional<std::string> TlsOpener::open(std::uint8_t type, std::string_view body) {
    auto plain = suite_->form == Form::cbc ? open_cbc(type, body) : open_aead(type, body);
    if (plain) ++sequence_;
    return plain;
}

std::optional<std::string> TlsOpener::open_aead(std::uint8_t type, std::string_view body) const {
    const bool has_explicit = !is_13_ && suite_->form == Form::aead;
    const auto before = has_explicit ? explicit_nonce : 0;
    if (body.size() < before + tag_size || iv_.size() + before != nonce_size) return std::nullopt;
    auto nonce = iv_ + std::string(body.substr(0, before));
    const auto sequence = big_endian(sequence_, nonce_size);
    if (!has_explicit)
        for (std::size_t i = 0; i < nonce_size; ++i)
            nonce[i] = static_cast<char>(nonce[i] ^ sequence[i]);
    const auto sealed = body.substr(before, body.size() - before - tag_size);
    const std::string version("\x03\x03");
    const auto header =
        is_13_ ? static_cast<char>(application_record) + version + big_endian(body.size(), 2)
               : big_endian(sequence_, 8) + static_cast<char>(type) + version +
                     big_endian(sealed.size(), 2);
    const auto context = decrypting(*suite_, key_, nonce);
    std::string plain(sealed.size(), '\0'), tag(body.substr(body.size() - tag_size));
    int size = 0, rest = 0;
    if (!context ||
        EVP_DecryptUpdate(context.get(), nullptr, &size, octets(std::string_view(header)),
                          static_cast<int>(header.size())) != 1 ||
        EVP_DecryptUpdate(context.get(), octets(plain), &size, octets(sealed),
                          static_cast<int>(sealed.size())) != 1 ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) != 1 ||
        EVP_DecryptFinal_ex(context.get(), octets(plain) + size, &rest) != 1)
        return std::nullopt;
    return plain;
}

std::optional<std::string> TlsOpener::open_cbc(std::uint8_t type, std::string_view body) const {
    const auto mac_size = suite_->mac_size;
    const auto header = [&](std::size_t size) {
        return big_endian(sequence_, 8) + static_cast<char>(type) + "\x03\x03" +
               big_endian(size, 2);
    };
    if (mac_is_outside_) {
        if (body.size() < mac_size) return std::nullopt;
        const auto mac = body.substr(body.size() - mac_size);
        body.remove_suffix(mac_size);
        if (mac_of(*suite_, mac_key_, header(body.size()) + std::string(body)) != mac)
            return std::nullopt;
    }
    if (body.size() < 2 * block_size || body.size() % block_size != 0) return std::nullopt;
    const auto context = decrypting(*suite_, key_, body.substr(0, block_size));
    body.remove_prefix(block_size);
    std::string plain(body.size(), '\0');
    int size = 0;
    if (!context || EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
        EVP_DecryptUpdate(context.get(), octets(plain), &size, octets(body),
                          static_cast<int>(body.size())) != 1)
        return std::nullopt;
    const auto padding = static_cast<std::size_t>(static_cast<unsigned char>(plain.back())) + 1;
    const auto inside = mac_is_outside_ ? 0 : mac_size;
    if (plain.size() < padding + inside) return std::nullopt;
    const auto mac = plain.substr(plain.size() - padding - inside, inside);
    plain.resize(plain.size() - padding - inside);
    if (!mac_is_outside_ && mac_of(*suite_, mac_key_, header(plain.size()) + plain) != mac)
        return std::nullopt;
    return plain;
}

TlsKeyBlock::TlsKeyBlock(const TlsSuite& suite, std::string_view master,
                         std::string_view client_random, std::string_view server_random,
                         bool encrypts_then_macs)
    : client(suite, false), server(suite, false) {
    const auto seed = "key expansion" + std::string(server_random) + std::string(client_random);
    const auto size = 2 * (suite.mac_size + suite.key_size + suite.iv_size);
    std::string block = key_expansion(suite.hash, master, seed, size);
    if (block.size() < size) return;  // nothing opens without a key
    std::size_t at = 0;
    const auto take = [&](std::string& part, std::size_t octets_of_it) {
        part = block.substr(at, octets_of_it);
        at += octets_of_it;
    };
    for (auto* each : {&client, &server}) take(each->mac_key_, suite.mac_size);
    for (auto* each : {&client, &server}) take(each->key_, suite.key_size);
    for (auto* each : {&client, &server}) take(each->iv_, suite.iv_size);
    for (auto* each : {&client, &server}) each->mac_is_outside_ = encrypts_then_macs;
}

}  // namespace twinline::decode
