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
    // Addresses of the servers that an SRV answer names, which came with it.
    std::vector<wire::DnsRecord> additional;
};

// Reduces a response to what one question wants. Pure; bounded against alias chains.
DnsAnswer read_answer(const wire::DnsResponse& response);

class DnsCache {
  public:
    const DnsAnswer* find(wire::Instant now, const wire::DnsQuestion& question) const;
    // What came as an additional record of another answer (YL-SDC-04, YL-SDC-05).
    const DnsAnswer* find_additional(wire::Instant now, const wire::DnsQuestion& question) const;
    void store(wire::Instant now, const wire::DnsQuestion& question, DnsAnswer answer);

  private:
    struct Entry {
        DnsAnswer answer;
        wire::Instant until;
    };
    using Entries = std::map<wire::DnsQuestion, Entry>;

    static const DnsAnswer* find_in(const Entries& entries, wire::Instant now,
                                    const wire::DnsQuestion& question);
    static void store_in(Entries& entries, wire::Instant now, const wire::DnsQuestion& question,
                         DnsAnswer answer);
    void store_additional(wire::Instant now, const std::vector<wire::DnsRecord>& records);

    Entries entries_;
    Entries additional_;
};

}  // namespace twinline::phone
