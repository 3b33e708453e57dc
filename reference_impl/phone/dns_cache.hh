// What the phone remembers of the DNS, for as long as the records say (RFC 1035 section 3.2.1, RFC
// 2308).
#pragma once

#include "reference_impl/wire/dns_message.hh"
#include "reference_impl/wire/instant.hh"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace twinline::phone {

struct DnsAnswer {
    enum class Kind {
        found,    // at least one record of the type that was asked for
        no_data,  // the name exists, the type does not
        no_name,  // NXDOMAIN
        failed    // SERVFAIL, REFUSED or no usable answer from any server
    };
    Kind kind = Kind::failed;
    std::vector<wire::DnsRecord> records;  // of the type asked for, aliases followed
    std::optional<std::string> alias;      // an alias whose target the answer did not hold
    wire::Duration lifetime{};             // zero: for the request in progress only
    wire::Instant good_until{};            // receipt and lifetime; set by whoever knows the receipt
};

// Reduces a response to what one question wants. Pure; bounded against alias chains.
DnsAnswer read_answer(const wire::DnsResponse& response);

class DnsCache {
  public:
    const DnsAnswer* find(wire::Instant now, const wire::DnsQuestion& question) const;
    void store(wire::Instant now, const wire::DnsQuestion& question, DnsAnswer answer);

  private:
    static constexpr std::size_t capacity = 256;

    struct Entry {
        DnsAnswer answer;
        wire::Instant until;
    };
    std::map<wire::DnsQuestion, Entry> entries_;
};

}  // namespace twinline::phone
