// The parameters of Yealink's guide, in the parts of its tables: accounts with their servers,
// static DNS records, and the older names that customers' files still hold.
#pragma once

#include "reference_impl/config/parameter.hh"
#include "reference_impl/config/yealink_models.hh"

#include <vector>

namespace twinline::config {

inline constexpr unsigned yealink_servers = 2;          // YL-GEN-04
inline constexpr unsigned yealink_static_records = 12;  // YL-SDC-09

// Each parameter with its range on this phone, or the reason why the phone does not know it.
std::vector<Parameter> yealink_account_parameters(const YealinkPhone& phone);
std::vector<Parameter> yealink_dns_cache_parameters();
// What only Yealink's other guides name: subscriptions (EXT-YL-20), all off by default.
std::vector<Parameter> yealink_subscription_parameters(const YealinkPhone& phone);
std::vector<Parameter> yealink_parameters_beyond_the_guide();
// Other names that the guide does not have, for the documented parameters in `table`.
std::vector<Parameter> yealink_aliases(const YealinkPhone& phone,
                                       const std::vector<Parameter>& table);

}  // namespace twinline::config
