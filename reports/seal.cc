// What is signed is the SHA-256 of the octets before the seal, so that a large file needs no
// memory.
#include "reports/seal.hh"

#include "rig/scenario/sha256.hh"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>

namespace twinline::reports {

namespace {

using namespace std::string_literals;

constexpr std::size_t fingerprint_size = 64;  // in hex
constexpr std::size_t signature_size = 64;
constexpr std::size_t field_size = fingerprint_size + signature_size;

// RFC 1952 2.3: magic, deflate, FEXTRA, no time, no flags, no system; then XLEN, the subfield's id
// and its length.
std::string head() {
    const auto xlen = static_cast<char>(field_size + 4);
    const auto length = static_cast<char>(field_size);
    return "\x1f\x8b\x08\x04\0\0\0\0\0\xff"s + xlen + "\0TW"s + length + "\0"s;
}

// An empty deflate block, CRC 0, length 0.
std::string tail() { return "\x03\0\0\0\0\0\0\0\0\0"s; }

std::size_t seal_size() { return head().size() + field_size + tail().size(); }

std::string statement(const std::string& digest) { return "twinline certificate " + digest; }

}  // namespace

void seal(const std::filesystem::path& file, const SigningKey& key) {
    const auto signature = key.sign(statement(scenario::sha256(file)));
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out << head() << key.fingerprint() << signature << tail() << std::flush;
    if (!out) throw std::runtime_error("write " + file.string() + " failed");
}

Seal check_seal(const std::filesystem::path& file, const PublicKey& trusted) {
    const auto size = std::filesystem::file_size(file);
    if (size < seal_size()) return Seal::none;
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(size - seal_size()));
    std::string octets(seal_size(), '\0');
    if (!in.read(octets.data(), static_cast<std::streamsize>(octets.size())))
        throw std::runtime_error("read " + file.string() + " failed");
    if (!octets.starts_with(head()) || !octets.ends_with(tail())) return Seal::none;
    const auto field = std::string_view(octets).substr(head().size(), field_size);
    if (field.substr(0, fingerprint_size) != trusted.fingerprint()) return Seal::other_key;
    const auto digest = scenario::sha256(file, size - seal_size());
    return trusted.verifies(statement(digest), field.substr(fingerprint_size)) ? Seal::holds
                                                                               : Seal::broken;
}

}  // namespace twinline::reports
