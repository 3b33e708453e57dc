// Who is who in a field capture: the phones, whose part of the traffic is whose, and the servers
// they speak to. A phone is whoever registers or calls first hand; a proxy only passes on.
#pragma once

#include "rig/field/sightings.hh"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace twinline::field {

struct Phone {
    std::string address;      // as the capture shows it
    std::string own_address;  // as the phone knows it: that of its Contact or Via
    std::string user_agent;
    std::vector<std::string> lines;  // addresses of record, in the order in which they registered
    // Its part of the capture: subject "device", peers by address.
    timeline::Timeline events;
    std::size_t copies = 0;       // messages that were seen again on the far side of a proxy or NAT
    bool shares_address = false;  // with another phone, so that its DNS cannot be told apart
    // One life of several: the frame with which it began, and when it is over.
    std::optional<std::uint64_t> restarted{};
    std::optional<timeline::Instant> until{};

    bool is_behind_nat() const { return address != own_address; }
    std::string name() const;  // "1001@pbx.test at 198.51.100.100"
};

std::vector<Phone> phones_of(const Capture& capture);

// "1001" of "sip:1001@pbx.test:5060;x=y", "pbx.test" of it, and both, as an address of record.
std::string user_of(std::string_view uri);
std::string host_of(std::string_view uri);
std::string line_of(std::string_view uri);

}  // namespace twinline::field
