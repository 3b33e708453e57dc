// The order in which SRV records are tried (RFC 2782): priority, then weighted chance.
#pragma once

#include "reference_impl/phone/oracle.hh"
#include "reference_impl/wire/dns_message.hh"

#include <vector>

namespace twinline::phone {

std::vector<wire::SrvRecord> order_by_rfc2782(std::vector<wire::SrvRecord> records, Oracle& oracle);

// "Decidedly not available" (RFC-2782-04): one record whose target is the root.
bool service_denied(const std::vector<wire::SrvRecord>& records);

}  // namespace twinline::phone
