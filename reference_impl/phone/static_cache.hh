// The name records of a phone's own configuration as answers (YL-SDC-01): what the DNS would have
// said.
#pragma once

#include "reference_impl/config/static_dns.hh"
#include "reference_impl/phone/dns_cache.hh"

namespace twinline::phone {

// None when no record of this name and type is configured.
std::optional<DnsAnswer> static_answer(const config::StaticDns& records,
                                       const wire::DnsQuestion& question);

}  // namespace twinline::phone
