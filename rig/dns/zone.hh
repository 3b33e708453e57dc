// A zone in the form in which answers need it: records in wire format by name. ldns reads the text
// (RFC 1035 section 5), because an own reader of zone files would be one more thing to be wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace twinline::dns {

struct Record {
    std::uint16_t type = 0;
    std::uint32_t ttl = 0;
    std::string rdata;  // names in it are not compressed
};

// Names are in wire format and lower case, the root label included.
class Zone {
  public:
    // Throws std::invalid_argument, with the line where ldns stopped.
    explicit Zone(std::string_view text);

    const std::string& apex() const { return apex_; }
    // The SOA as it goes with a negative answer: its TTL is the smaller one of its own and MINIMUM
    // (RFC 2308 3).
    const Record& negative_soa() const { return negative_soa_; }
    bool contains(std::string_view name) const;
    // In the order of the zone file; null when the name does not exist, empty when only names below
    // it do.
    const std::vector<Record>* find(const std::string& name) const;
    // The first name, by its octets, with several records of one type, and the type; none: {"", 0}.
    std::pair<std::string, std::uint16_t> several() const;
    // The same, the SRV and NAPTR records of each name in an order drawn by lot.
    Zone in_any_order(std::uint64_t seed) const;

  private:
    void add(const std::string& owner, Record record);

    std::string apex_;
    Record negative_soa_;
    std::unordered_map<std::string, std::vector<Record>> nodes_;
};

// Lower-cases a name in wire format: the length octets are below 'A' and stay what they are.
std::string lower_case(std::string_view name);

}  // namespace twinline::dns
