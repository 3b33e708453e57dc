// zlib and OpenSSL do the work.
#include "reports/packed.hh"

#include <openssl/evp.h>

#include <stdexcept>
#include <zlib.h>

namespace twinline::reports {

std::string base64(std::string_view octets) {
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(octets.data()),
                                       static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string packed(std::string_view text) {
    auto size = compressBound(text.size());
    std::string octets(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(octets.data()), &size,
                  reinterpret_cast<const Bytef*>(text.data()), text.size(),
                  Z_BEST_COMPRESSION) != Z_OK)
        throw std::runtime_error("deflate a part of the report failed");
    return base64({octets.data(), size});
}

}  // namespace twinline::reports
