// What the certificate that a server shows is worth to who connects over TLS (RFC 5922 section 7).
#pragma once

#include "reference_impl/phone/output.hh"
#include "rig/scenario/treatment.hh"

namespace twinline::world {

// `treatment` is what the server does to it; null: nothing, and its certificate is its own.
inline bool is_distrusted(const phone::CertificateChecks& checks,
                          const scenario::Treatment* treatment) {
    return treatment != nullptr &&
           treatment->kind == scenario::Treatment::Kind::wrong_certificate && checks.authority &&
           (treatment->expired || checks.name);
}

}  // namespace twinline::world
