// The order in which SRV records are tried: priority, then weight as RFC 2782 or as the vendor
// says.
#pragma once

#include "reference_impl/phone/oracle.hh"
#include "reference_impl/wire/dns_message.hh"

#include <vector>

namespace twinline::phone {

std::vector<wire::SrvRecord> order_by_rfc2782(std::vector<wire::SrvRecord> records, Oracle& oracle);

// Yealink's rule: of equal priority the highest weight first (YL-SRV-02); what is equal in both is
// shared by reading equal-weight-order, where `turn` counts the resolutions.
std::vector<wire::SrvRecord> order_by_weight(std::vector<wire::SrvRecord> records, Oracle& oracle,
                                             unsigned turn);

// "Decidedly not available" (RFC-2782-04): one record whose target is the root.
bool service_denied(const std::vector<wire::SrvRecord>& records);

}  // namespace twinline::phone
