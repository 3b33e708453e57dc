// Phones of the mutant library, each with a scenario that shows its defect: the documents and the
// RFCs each have some.
#pragma once

#include <array>
#include <ostream>

namespace twinline::test {

inline constexpr const char* boot = "generic/register/boot-failover-silent-primary";

struct Broken {
    const char* mutant;
    const char* scenario;
};

inline void PrintTo(const Broken& broken, std::ostream* out) { *out << broken.mutant; }

inline constexpr std::array broken_phones{
    Broken{"skips-secondary", boot},
    Broken{"reuses-branch", boot},
    Broken{"never-asks-naptr", "generic/register/naptr-preference"},
    Broken{"sorts-naptr-by-preference", "generic/register/naptr-order"},
    Broken{"takes-any-answer-for-the-last-request", "generic/register/late-answer"},
    Broken{"changes-its-call-id", "generic/register/boot"},
    Broken{"dials-four-times", "generic/call/failover-silent-primary"},
    Broken{"asks-a-server-once", "yealink/register/all-silent"},
    Broken{"authenticates-as-the-user", "yealink/config/account"},
    Broken{"begins-another-registration-at-the-next-server",
           "yealink/register/failover-silent-primary"},
    Broken{"registers-over-two-proxies-at-once", "yealink/fallback/proxies-never-concurrent"},
    Broken{"refreshes-once", "yealink/register/refresh-starts-at-primary"},
    Broken{"calls-the-backup-first", "aastra/outbound-disabled/proxy-silent"},
    Broken{"deaf-to-the-backup", "aastra/backup/boot-primary-silent"},
    Broken{"restarts-after-challenge", "audiocodes/failover/challenge-of-secondary"},
    Broken{"knows-udp-only", "audiocodes/failover/naptr-agrees"}};

}  // namespace twinline::test
