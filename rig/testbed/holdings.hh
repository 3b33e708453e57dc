// What Kamailio's RPC tells of its memory, as what it holds of phones.
#pragma once

#include "rig/scenario/holdings.hh"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace twinline::testbed {

// `location` is the answer to ul.dump. Of the phones at `sources`, by the host of their contact or
// by where they came from; of all where there are none. What has ended is left out.
std::vector<scenario::Holdings::Binding> bindings_of(const nlohmann::json& location,
                                                     const std::vector<std::string>& sources);

// `table` is the answer to htable.dump: "198.51.100.100:message-summary:1001", whose value is the
// second of the epoch at which it ends.
std::vector<scenario::Holdings::Subscription> subscriptions_of(
    const nlohmann::json& table, const std::vector<std::string>& sources,
    std::chrono::system_clock::time_point now);

// Where somebody is told of what he has subscribed to.
struct WatchDialog {
    std::string call_id, own_tag, phone_tag;
    unsigned cseq = 0;  // of the last NOTIFY
    std::string event, contact, own_uri, phone_uri;
};

// `table` is the answer to htable.dump: by "ADDRESS:CALL-ID", for two phones may have one Call-ID,
// the fields above from own_tag on, with a space between. Of the phone at `source`.
std::vector<WatchDialog> dialogs_of(const nlohmann::json& table, const std::string& source);

}  // namespace twinline::testbed
