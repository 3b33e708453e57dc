// The lab's signature over a whole certificate file, so that no octet of it can change unseen. It
// is an empty member at the end of the gzip file (RFC 1952 2.2), whose extra field holds the key's
// fingerprint and an Ed25519 signature over everything before: every tool still opens the file.
#pragma once

#include "reports/signature.hh"

#include <filesystem>

namespace twinline::reports {

// Appends the seal. Throws when the file cannot be written.
void seal(const std::filesystem::path& file, const SigningKey& key);

enum class Seal {
    holds,
    none,       // the file ends in no seal
    other_key,  // it names another key than the trusted one
    broken      // it names the trusted key, and something was changed
};

Seal check_seal(const std::filesystem::path& file, const PublicKey& trusted);

}  // namespace twinline::reports
