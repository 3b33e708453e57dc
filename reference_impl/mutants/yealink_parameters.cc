// Mutants that take a parameter of Yealink's guide wrong, or do not heed it (YL-PAR, YL-PROV).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/servers.hh"
#include "reference_impl/mutants/tampering.hh"

#include <string>
#include <vector>

namespace twinline::mutants {

namespace {

using config::Account;
using config::PhoneConfig;
using config::Server;

using Proxies = std::vector<Server>;

// Of firmware that knows the older names only.
void older_proxies(PhoneConfig& config, void (*change)(Proxies&)) {
    for (auto& account : config.accounts)
        if (config.firmware < 81 && account.outbound_proxies.size() > 1)
            change(account.outbound_proxies);
}

// What the file says of this key, in its own words; empty: nothing.
std::string given(const PhoneConfig& config, const std::string& key) {
    const auto line = config.text.find(key + " = ");
    if (line == std::string::npos) return {};
    const auto begin = line + key.size() + 3;
    return config.text.substr(begin, config.text.find('\n', begin) - begin);
}

std::vector<Mutant> of_accounts() {
    return {
        {"knows-six-accounts",
         "YL-PAR-00",
         "knows six accounts on a model that has sixteen",
         {.setting =
              [](PhoneConfig& config) {
                  std::erase_if(config.accounts,
                                [](const Account& account) { return account.index > 6; });
              }}},
        {"registers-a-disabled-account",
         "YL-PAR-01",
         "registers an account that is switched off",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts) account.enabled = true;
              }}},
        {"shows-no-name",
         "YL-PAR-03",
         "leaves out the display name of the account",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts) account.display_name.clear();
              }}},
        {"authenticates-as-the-user",
         "YL-PAR-04",
         "puts the user name into its credentials instead of the one that is meant for them",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts) account.auth_user = account.user;
              }}},
        {"registers-the-authentication-name",
         "YL-PAR-05",
         "registers the name that is meant for its credentials",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      if (!account.auth_user.empty()) account.user = account.auth_user;
              }}},
        {"cuts-the-password",
         "YL-PAR-06",
         "keeps the first 16 characters of a password",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      account.password = account.password.substr(0, 16);
              }}},
    };
}

std::vector<Mutant> of_servers() {
    return {
        {"cuts-the-address",
         "YL-PAR-07",
         "keeps the first 128 characters of the name of a server",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(
                      config, [](Server& server) { server.host = server.host.substr(0, 128); });
              }}},
        {"always-port-5060",
         "YL-PAR-08",
         "sends to port 5060, whatever the port of the server is",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers)
                          if (server.port != 0) server.port = 5060;
              }}},
        {"always-udp",
         "YL-PAR-09",
         "speaks UDP where TCP is set",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(config, [](Server& server) {
                      if (server.transport == config::TransportChoice::tcp)
                          server.transport = config::TransportChoice::udp;
                  });
              }}},
        {"asks-for-an-hour",
         "YL-PAR-10",
         "asks each server for an hour, whatever the account is to ask for",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(
                      config, [](Server& server) { server.expires = std::chrono::hours{1}; });
              }}},
        {"always-three-retries",
         "YL-PAR-11",
         "retries three times, whatever retry_counts says",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(config,
                                            [](Server& server) { server.retry_counts = 3; });
              }}},
    };
}

std::vector<Mutant> of_proxies() {
    return {
        {"goes-past-the-proxy",
         "YL-PAR-12",
         "does not use the outbound proxy that is switched on",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts) account.outbound_proxies.clear();
              }}},
        {"knows-the-backup-proxy-only",
         "YL-PAR-13",
         "does not heed outbound_host, the first proxy under its older name",
         {.setting =
              [](PhoneConfig& config) {
                  older_proxies(config, [](Proxies& proxies) { proxies.erase(proxies.begin()); });
              }}},
        {"older-proxy-always-at-5060",
         "YL-PAR-14",
         "does not heed outbound_port, the first proxy's port under its older name",
         {.setting =
              [](PhoneConfig& config) {
                  older_proxies(config, [](Proxies& proxies) { proxies.front().port = 5060; });
              }}},
        {"knows-no-backup-proxy",
         "YL-PAR-15",
         "does not heed backup_outbound_host, the second proxy under its older name",
         {.setting =
              [](PhoneConfig& config) {
                  older_proxies(config, [](Proxies& proxies) { proxies.pop_back(); });
              }}},
        {"one-port-for-both-proxies",
         "YL-PAR-16",
         "takes the port of the first proxy for that of the second, which has one of its own",
         {.setting =
              [](PhoneConfig& config) {
                  older_proxies(
                      config, [](Proxies& proxies) { proxies.back().port = proxies.front().port; });
              }}},
        {"counts-proxies-from-zero",
         "YL-PAR-17",
         "takes outbound proxy 2 for the first one",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      if (!account.outbound_proxies.empty())
                          account.outbound_proxies.erase(account.outbound_proxies.begin());
              }}},
        {"proxy-always-at-5060",
         "YL-PAR-18",
         "sends to port 5060 of the outbound proxy, whatever its port is",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& proxy : account.outbound_proxies)
                          if (proxy.port != 0) proxy.port = 5060;
              }}},
        {"heeds-the-older-names",
         "YL-PAR-19",
         "lets the older name of the outbound proxy count, which its firmware has given up",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts) {
                      const auto older = given(
                          config, "account." + std::to_string(account.index) + ".outbound_host");
                      if (!older.empty() && !account.outbound_proxies.empty())
                          account.outbound_proxies.front().host = older;
                  }
              }}},
    };
}

std::vector<Mutant> of_fallback_parameters() {
    return {
        {"reads-the-mode-the-other-way-round",
         "YL-PAR-20",
         "takes 0 for successive and 1 for concurrent registration",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      account.redundancy = account.redundancy == config::Redundancy::concurrent
                                               ? config::Redundancy::successive
                                               : config::Redundancy::concurrent;
              }}},
        {"probes-every-two-minutes",
         "YL-PAR-21",
         "asks for the working server every two minutes, whatever fallback.timeout says",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      account.fallback_timeout = std::chrono::minutes{2};
              }}},
        {"one-interval-for-everything",
         "YL-PAR-22",
         "asks for the first outbound proxy at the interval that is meant for servers",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      account.outbound_proxy_fallback_interval = account.fallback_timeout;
              }}},
    };
}

std::vector<Mutant> of_failover_parameters() {
    return {
        {"never-registers-first",
         "YL-PAR-23",
         "does not heed register_on_enable",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(
                      config, [](Server& server) { server.register_on_enable = false; });
              }}},
        {"signals-anywhere",
         "YL-PAR-24",
         "does not heed only_signal_with_registered",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(
                      config, [](Server& server) { server.only_signal_with_registered = false; });
              }}},
        {"always-three-invites-more",
         "YL-PAR-25",
         "retries an INVITE three times, whatever invite_retry_counts says",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(config,
                                            [](Server& server) { server.invite_retry_counts = 3; });
              }}},
        {"always-new-requests",
         "YL-PAR-26",
         "fails back by new requests, whatever failback_mode says",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(config, [](Server& server) {
                      server.failback_mode = config::FailbackMode::new_requests;
                  });
              }}},
        {"fails-back-after-an-hour",
         "YL-PAR-27",
         "fails back after an hour, whatever failback_timeout says",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(config, [](Server& server) {
                      server.failback_timeout = std::chrono::hours{1};
                  });
              }}},
        {"never-subscribes-anew",
         "YL-PAR-28",
         "does not heed failback_subscribe.enable",
         {.setting =
              [](PhoneConfig& config) {
                  for_each_server_and_proxy(
                      config, [](Server& server) { server.failback_subscribe = false; });
              }}},
    };
}

std::vector<Mutant> of_provisioning() {
    return {
        {"looks-in-a-folder-of-its-own",
         "YL-PROV-01",
         "asks for its files in a folder of its vendor instead of the top folder",
         {.sent = {puts<phone::Fetch>(
              [](phone::Fetch& fetch, Memory&) { fetch.path = "/yealink" + fetch.path; })}}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_parameters() {
    std::vector<Mutant> all_of_them;
    for (auto some : {of_accounts(), of_servers(), of_proxies(), of_fallback_parameters(),
                      of_failover_parameters(), of_provisioning()})
        all_of_them.insert(all_of_them.end(), some.begin(), some.end());
    return all_of_them;
}

}  // namespace twinline::mutants
