// The lab's certificate authority: new in every lab, trusted by nobody outside it, gone with it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

typedef struct evp_pkey_st EVP_PKEY;

namespace twinline::testbed {

class Authority {
  public:
    // Writes `directory`/ca.pem. Throws std::runtime_error with what OpenSSL says.
    explicit Authority(std::filesystem::path directory);
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    // What whoever is to trust the lab's servers is given (PEM).
    std::filesystem::path file() const { return directory_ / "ca.pem"; }

    enum class Validity { today, yesterday };
    // Writes a key and its certificate into one PEM file. `names`: host names or dotted addresses
    // that it is for (RFC 5922 section 7.1).
    void issue(const std::filesystem::path& file, const std::vector<std::string>& names,
               Validity validity = Validity::today) const;

  private:
    std::filesystem::path directory_;
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

}  // namespace twinline::testbed
