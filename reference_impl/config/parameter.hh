// One parameter of a vendor's syntax: its name, what it may hold, and where it goes. The range and
// the sentence that a user reads about it come from the same call, so that they are said once.
#pragma once

#include "reference_impl/config/phone_config.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::config {

// A configuration while it is read; accounts and DNS servers by the index in their parameters'
// names.
struct Draft {
    PhoneConfig config;
    std::map<unsigned, Account> accounts;
    std::map<unsigned, wire::Ipv4> dns_servers;
    // Each parameter that is set, even wrongly, with the line where it first stands.
    std::map<std::string, unsigned, std::less<>> given;

    // Made with one server when it is new.
    Account& account(unsigned index);
};

// The indices that may stand for X in "account.X.port"; none when `high` is 0.
struct Indices {
    unsigned low = 0;
    unsigned high = 0;
};

struct Parameter {
    std::string name;  // "account.X.port"
    Indices indices;
    std::string permitted;  // "an integer from 0 to 65535"
    bool secret = false;    // its value never appears in a notice
    // Stores the value, or returns false when it is not permitted.
    std::function<bool(Draft&, unsigned index, std::string_view value)> set;

    std::string name_with(unsigned index) const;  // "account.1.port"
};

using StoreText = std::function<void(Draft&, unsigned index, std::string_view)>;
using StoreNumber = std::function<void(Draft&, unsigned index, std::uint32_t)>;
using StoreAddress = std::function<void(Draft&, unsigned index, wire::Ipv4)>;

Parameter text(std::string name, Indices indices, StoreText store);  // no control characters
Parameter secret_text(std::string name, Indices indices, StoreText store);
Parameter sip_user(std::string name, Indices indices,
                   StoreText store);  // RFC 3261 section 25.1, user
Parameter host(std::string name, Indices indices, StoreText store);
Parameter address(std::string name, Indices indices, StoreAddress store);
Parameter integer(std::string name, Indices indices, std::uint32_t low, std::uint32_t high,
                  StoreNumber store);
Parameter one_of(std::string name, Indices indices, std::vector<std::string> values,
                 StoreNumber store);  // stores the ordinal

}  // namespace twinline::config
