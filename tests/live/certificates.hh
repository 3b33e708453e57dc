// An authority of a test, and certificates that it signs; PEM files of a folder of its own.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>

namespace twinline::live {

class Authority {
  public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    std::string ca_file() const { return folder_ / "ca.pem"; }
    // A file with key and certificate; `name`: as of RFC 5280, "DNS:pbx.test" or "IP:127.0.0.1".
    std::string server_file(const std::string& name) const;

  private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

    static Certificate certificate(const Key& key, const std::string& subject, int extension,
                                   const std::string& value);
    void sign(const Certificate& certificate, const char* issuer) const;

    std::filesystem::path folder_;
    Key key_;
};

}  // namespace twinline::live
