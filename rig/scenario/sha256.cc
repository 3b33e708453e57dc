// Read in pieces, so that a large capture needs no memory.
#include "rig/scenario/sha256.hh"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>

namespace twinline::scenario {

namespace {

class Digest {
  public:
    Digest() : context_(EVP_MD_CTX_new()) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }

    void update(std::string_view octets) {
        EVP_DigestUpdate(context_.get(), octets.data(), octets.size());
    }

    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
        std::string text;
        for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
        return text;
    }

  private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

std::string sha256(const std::filesystem::path& file) {
    return sha256(file, std::numeric_limits<std::uintmax_t>::max());
}

std::string sha256(const std::filesystem::path& file, std::uintmax_t length) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("read " + file.string() + " failed");
    Digest digest;
    std::array<char, 65536> buffer{};
    while (in && length > 0) {
        in.read(buffer.data(),
                static_cast<std::streamsize>(std::min<std::uintmax_t>(buffer.size(), length)));
        digest.update({buffer.data(), static_cast<std::size_t>(in.gcount())});
        length -= static_cast<std::uintmax_t>(in.gcount());
    }
    return digest.hex();
}

std::string sha256_of(std::string_view octets) {
    Digest digest;
    digest.update(octets);
    return digest.hex();
}

}  // namespace twinline::scenario
