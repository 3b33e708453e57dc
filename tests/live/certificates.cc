// P-256 keys, because they are made in no time.
#include "tests/live/certificates.hh"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <unistd.h>

namespace twinline::live {

namespace {

using File = std::unique_ptr<FILE, decltype(&fclose)>;

void set_name(X509_NAME* name, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

}  // namespace

Authority::Authority() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {
    auto folder = testing::TempDir() + "twinline-ca-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp " + folder);
    folder_ = folder;
    const auto own = certificate(key_, "test CA", NID_basic_constraints, "critical,CA:TRUE");
    sign(own, "test CA");
    const File file(fopen(ca_file().c_str(), "w"), fclose);
    PEM_write_X509(file.get(), own.get());
}

Authority::~Authority() { std::filesystem::remove_all(folder_); }

Authority::Certificate Authority::certificate(const Key& key, const std::string& subject,
                                              int extension, const std::string& value) {
    Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    set_name(X509_get_subject_name(made.get()), subject);
    auto* added = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value.c_str());
    X509_add_ext(made.get(), added, -1);
    X509_EXTENSION_free(added);
    return made;
}

void Authority::sign(const Certificate& certificate, const char* issuer) const {
    set_name(X509_get_issuer_name(certificate.get()), issuer);
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
}

std::string Authority::server_file(const std::string& name) const {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const auto made = certificate(key, "server", NID_subject_alt_name, name);
    sign(made, "test CA");
    auto path = (folder_ / "server.pem").string();
    const File file(fopen(path.c_str(), "w"), fclose);
    PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_X509(file.get(), made.get());
    return path;
}

}  // namespace twinline::live
