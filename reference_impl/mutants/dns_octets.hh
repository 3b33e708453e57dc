// What a phone never does and a mutant needs: to write the DNS's answer and to read its own
// question (RFC 1035 section 4).
#pragma once

#include "reference_impl/wire/dns_message.hh"

#include <optional>
#include <string>
#include <string_view>

namespace twinline::mutants {

// Records of other types are left out; of an SOA only MINIMUM is kept.
std::string serialise_response(const wire::DnsResponse& response);

std::optional<wire::DnsQuestion> parse_question(std::string_view query);

}  // namespace twinline::mutants
