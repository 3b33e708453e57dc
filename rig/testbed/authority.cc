// P-256 keys, because they are made in no time; a day's life, because no lab lives longer.
#include "rig/testbed/authority.hh"

#include "reference_impl/wire/endpoint.hh"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace twinline::testbed {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using File = std::unique_ptr<FILE, decltype(&fclose)>;

constexpr const char* issuer = "Twinline lab";
constexpr long hour = 3600;

void require(bool done, const std::string& what) {
    if (done) return;
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    throw std::runtime_error(what + ": " + reason.data());
}

Key new_key() {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    require(key != nullptr, "make a key");
    return key;
}

void set_name(X509_NAME* name, const std::string& text) {
    const auto* octets = reinterpret_cast<const unsigned char*>(text.c_str());
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, octets, -1, -1, 0) == 1,
            "name a certificate");
}

void extend(const Certificate& certificate, int extension, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> made(
        X509V3_EXT_conf_nid(nullptr, nullptr, extension, value.c_str()), X509_EXTENSION_free);
    require(made && X509_add_ext(certificate.get(), made.get(), -1) == 1,
            "certificate for " + value);
}

// Signed with `by`.
Certificate certificate(EVP_PKEY* key, const std::string& subject, int extension,
                        const std::string& value, EVP_PKEY* by,
                        Authority::Validity validity = Authority::Validity::today) {
    static long serial = 0;
    Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    const long begins = validity == Authority::Validity::today ? -hour : -25 * hour;
    X509_gmtime_adj(X509_getm_notBefore(made.get()), begins);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), begins + 24 * hour);
    X509_set_pubkey(made.get(), key);
    set_name(X509_get_subject_name(made.get()), subject);
    set_name(X509_get_issuer_name(made.get()), issuer);
    extend(made, extension, value);
    require(X509_sign(made.get(), by, EVP_sha256()) > 0, "sign a certificate");
    return made;
}

File open(const std::filesystem::path& path) {
    File file(fopen(path.c_str(), "w"), fclose);
    if (!file) throw std::runtime_error("write " + path.string() + " failed");
    return file;
}

std::string alternatives(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        if (!text.empty()) text += ',';
        text += (wire::parse_ipv4(name) ? "IP:" : "DNS:") + name;
    }
    return text;
}

}  // namespace

Authority::Authority(std::filesystem::path directory)
    : directory_(std::move(directory)), key_(new_key()) {
    std::filesystem::create_directories(directory_);
    const auto own =
        certificate(key_.get(), issuer, NID_basic_constraints, "critical,CA:TRUE", key_.get());
    require(PEM_write_X509(open(file()).get(), own.get()) == 1, "write " + file().string());
}

Authority::~Authority() = default;

void Authority::issue(const std::filesystem::path& file, const std::vector<std::string>& names,
                      Validity validity) const {
    const auto key = new_key();
    const auto made = certificate(key.get(), names.at(0), NID_subject_alt_name, alternatives(names),
                                  key_.get(), validity);
    const auto out = open(file);
    require(
        PEM_write_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
            PEM_write_X509(out.get(), made.get()) == 1,
        "write " + file.string());
}

}  // namespace twinline::testbed
