// Wrong settings mostly concern every server of a configuration, some its outbound proxies too.
#pragma once

#include "reference_impl/config/phone_config.hh"

#include <algorithm>

namespace twinline::mutants {

template <typename Done>
void for_each_server(config::PhoneConfig& config, Done done) {
    for (auto& account : config.accounts) std::ranges::for_each(account.servers, done);
}

// The servers of each account, then its outbound proxies: the retry counts and modes of a proxy are
// those of the server behind it.
template <typename Done>
void for_each_server_and_proxy(config::PhoneConfig& config, Done done) {
    for (auto& account : config.accounts) {
        std::ranges::for_each(account.servers, done);
        std::ranges::for_each(account.outbound_proxies, done);
    }
}

}  // namespace twinline::mutants
