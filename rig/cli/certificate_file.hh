// A certificate as a file: everything that a run's verdicts rest on, packed, hashed and signed; and
// read back by somebody else.
#pragma once

#include "reports/certificate.hh"
#include "reports/signature.hh"
#include "rig/cli/run_directory.hh"

#include <filesystem>

namespace twinline::cli {

struct CertificateOrder {
    std::filesystem::path file;     // what is written
    std::filesystem::path key;      // PEM, private
    std::filesystem::path waivers;  // empty: none
    judge::Strictness strictness = judge::Strictness::lenient;
};

// Judges every record of the run again and packs it. Throws scenario::BadInput when the run holds
// no record, or one that was changed.
reports::Certificate write_certificate(const RunDirectory& run, const CertificateOrder& order,
                                       const scenario::Catalogue& catalogue);

// Checks the seal first, then unpacks into `folder` what the manifest names, each file with its
// size and hash. Throws scenario::BadInput that says what was changed, is missing or was added.
reports::Certificate unpack_certificate(const std::filesystem::path& file,
                                        const reports::PublicKey& trusted,
                                        const std::filesystem::path& folder);

}  // namespace twinline::cli
