// One parameter of a vendor's syntax: its name, what it may hold, and where it goes. The range and
// the sentence that a user reads about it come from the same call, so that they are said once.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "reference_impl/config/vendor_drafts.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

inline constexpr std::uint32_t longest_time =
    2147483647;  // where a document gives no end: seconds or ms

// What Yealink's files say of subscriptions, before accounts and keys are put together.
struct SubscriptionSettings {
    bool mwi = false;
    std::chrono::seconds mwi_expires{3600};
    bool mwi_of_mailbox = false;
    std::string mailbox;
    std::chrono::seconds blf_expires{1800};
    bool shared_line = false;
    std::chrono::seconds retry{30};
};

struct LineKey {
    unsigned type = 0;
    unsigned account = 1;
    std::string value;
};

// A configuration while it is read; accounts and DNS servers by the index in their parameters'
// names.
struct Draft {
    PhoneConfig config;
    std::map<unsigned, Account> accounts;
    std::map<unsigned, wire::Ipv4> dns_servers;
    std::map<unsigned, bool> outbound_enabled;               // by account
    std::map<unsigned, SubscriptionSettings> subscriptions;  // by account
    std::map<unsigned, LineKey> line_keys;
    std::map<unsigned, StaticA> static_a;
    std::map<unsigned, StaticSrv> static_srv;
    std::map<unsigned, StaticNaptr> static_naptr;
    AastraDraft aastra;
    AudiocodesDraft audiocodes;
    // Each parameter that is set, even wrongly, with the line where it first stands.
    std::map<std::string, unsigned, std::less<>> given;

    // Made with one server when it is new.
    Account& account(unsigned index);
};

// What may stand for X, and for Y, in "account.X.sip_server.Y.port" or "sip lineX proxy ip";
// nothing when the high end is 0.
struct Indices {
    unsigned low = 0;
    unsigned high = 0;
    unsigned low_y = 0;
    unsigned high_y = 0;
};

// What stands for X and Y in one key. Most names have X alone, so it reads as that number.
struct Index {
    unsigned x = 0;
    unsigned y = 0;

    operator unsigned() const { return x; }
    bool within(const Indices& indices) const;
};

struct Parameter {
    std::string name;  // "account.X.sip_server.Y.port"
    Indices indices;
    std::string permitted;  // "an integer from 0 to 65535"
    bool secret = false;    // its value never appears in a notice
    // Stores the value, or returns false when it is not permitted.
    std::function<bool(Draft&, Index index, std::string_view value)> set;
    // What a permitted value is taken for, "acts as 60"; empty when it is taken as written.
    std::function<std::string(std::string_view value)> clamp;
    // Not empty: the name that the document has for this one, with the same X and Y.
    std::string documented;
    // What no document under test says: nobody is told that another name was meant for it.
    bool external = false;
    // Why this phone does not know the parameter at all, and why it does not know an index beyond
    // the range. What a phone does not know it ignores; where nothing is said, it is an error.
    std::string inapplicable;
    std::string index_limit;

    std::string name_with(Index index) const;        // "account.1.sip_server.2.port"
    std::string documented_with(Index index) const;  // the name itself when it is documented
    std::optional<Index> index_in(std::string_view key) const;  // nothing: another parameter's key
};

using StoreText = std::function<void(Draft&, Index index, std::string_view)>;
using StoreNumber = std::function<void(Draft&, Index index, std::uint32_t)>;
using StoreAddress = std::function<void(Draft&, Index index, wire::Ipv4)>;

bool is_sip_user(std::string_view value);

Parameter text(std::string name, Indices indices, StoreText store);  // no control characters
Parameter secret_text(std::string name, Indices indices, StoreText store);
Parameter sip_user(std::string name, Indices indices,
                   StoreText store);  // RFC 3261 section 25.1, user
Parameter text_within(std::string name, Indices indices, std::size_t longest, StoreText store);
Parameter host(std::string name, Indices indices, StoreText store);
Parameter host_within(std::string name, Indices indices, std::size_t longest, StoreText store);
Parameter domain(std::string name, Indices indices, StoreText store);  // a host, but no address
Parameter folder(std::string name, Indices indices, StoreText store);  // of a server's files
// Of a configuration server: a host, or a URL of one of the protocols for downloads.
Parameter download_url(std::string name, Indices indices, StoreText store);
Parameter address(std::string name, Indices indices, StoreAddress store);
Parameter integer(std::string name, Indices indices, std::uint32_t low, std::uint32_t high,
                  StoreNumber store);
// Seconds with up to three decimals, "0.5", between two times in milliseconds; stores milliseconds.
Parameter decimal_seconds(std::string name, Indices indices, std::uint32_t low, std::uint32_t high,
                          StoreNumber store);
Parameter one_of(std::string name, Indices indices, std::vector<std::string> values,
                 StoreNumber store);  // stores the ordinal
// Another name of a parameter, with the same X and Y.
Parameter alias(std::string name, Indices indices, std::string documented);

}  // namespace twinline::config
