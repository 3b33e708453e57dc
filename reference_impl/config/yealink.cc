// Reads one of Yealink's files: the parameters by the table, then what only the whole account or
// the whole record tells.
#include "reference_impl/config/yealink.hh"

#include "reference_impl/config/assignments.hh"
#include "reference_impl/config/completeness.hh"
#include "reference_impl/config/tables.hh"
#include "reference_impl/config/yealink_models.hh"
#include "reference_impl/config/yealink_parameters.hh"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace twinline::config {

namespace {

// Either clears a parameter, which asks for the default, as an empty value does.
constexpr std::string_view null_value = "%NULL%", empty_value = "%EMPTY%";

}  // namespace

std::vector<Parameter> yealink_parameters(const YealinkPhone& phone) {
    auto table = yealink_account_parameters(phone);
    for (auto& parameter : yealink_subscription_parameters(phone))
        table.push_back(std::move(parameter));
    for (auto& parameter : yealink_dns_cache_parameters()) table.push_back(std::move(parameter));
    for (auto& parameter : yealink_parameters_beyond_the_guide())
        table.push_back(std::move(parameter));
    for (auto& parameter : yealink_aliases(phone, table)) table.push_back(std::move(parameter));
    return table;
}

namespace {

class YealinkReader {
  public:
    YealinkReader(const YealinkPhone& phone, std::string_view file, Loaded& loaded)
        : phone_(phone), file_(file), loaded_(loaded) {}

    void run(std::string_view text);

  private:
    void finish(Account& account);
    void finish_outbound(Account& account);
    void finish_subscriptions(Account& account);
    void finish_static_dns();
    // Whether `key` is given; if another part of its record is, a warning says that it is of no
    // use.
    bool part(const std::string& record, std::string_view needed,
              std::initializer_list<std::string_view> others);

    const YealinkPhone& phone_;
    std::string_view file_;
    Loaded& loaded_;
    Draft draft_;
};

// There is no transport and no policy of its own for a proxy, so those of the first server count
// (YL-UI-06).
void YealinkReader::finish_outbound(Account& account) {
    const auto own = std::exchange(account.outbound_proxies, {});
    if (!draft_.outbound_enabled[account.index]) return;  // YL-PAR-12
    for (const auto& proxy : own) {
        if (proxy.host.empty()) continue;
        account.outbound_proxies.push_back(account.servers.front());
        account.outbound_proxies.back().host = proxy.host;
        account.outbound_proxies.back().port = proxy.port;
    }
    if (!account.outbound_proxies.empty()) return;
    const auto key =
        fmt::format("account.{}.{}", account.index,
                    phone_.numbered_proxies ? "outbound_proxy.1.address" : "outbound_host");
    warn_without(draft_, fmt::format("account.{}.outbound_proxy_enable", account.index), key, file_,
                 loaded_);
}

// A line key of type 16 is a busy lamp field (EXT-YL-20).
void YealinkReader::finish_subscriptions(Account& account) {
    constexpr unsigned blf = 16;
    const auto& own = draft_.subscriptions[account.index];
    account.subscription_retry = own.retry;
    const bool of_mailbox = own.mwi_of_mailbox && !own.mailbox.empty();
    if (own.mwi && own.mwi_expires.count() > 0)
        account.subscriptions.push_back({EventPackage::message_summary,
                                         of_mailbox ? own.mailbox : account.user, own.mwi_expires});
    if (own.shared_line)
        account.subscriptions.push_back({EventPackage::shared_line, account.user, own.blf_expires});
    for (const auto& [x, key] : draft_.line_keys)
        if (key.type == blf && key.account == account.index && !key.value.empty() &&
            is_sip_user(key.value))
            account.subscriptions.push_back({EventPackage::dialog, key.value, own.blf_expires});
}

void YealinkReader::finish(Account& account) {
    require(draft_, account, {"user_name", "sip_server.1.address"}, file_, loaded_);
    for (auto& server : account.servers) {
        // The count for INVITE came with firmware 81; before, one count rules every request.
        if (phone_.firmware < 81) server.invite_retry_counts = server.retry_counts;
    }
    finish_outbound(account);
    finish_subscriptions(account);
    if (account.servers.back().host.empty()) account.servers.pop_back();
    draft_.config.accounts.push_back(account);
}

bool YealinkReader::part(const std::string& record, std::string_view needed,
                         std::initializer_list<std::string_view> others) {
    const auto key = record + std::string(needed);
    if (draft_.given.contains(key)) return true;
    for (const auto other : others)
        warn_without(draft_, record + std::string(other), key, file_, loaded_);
    return false;
}

void YealinkReader::finish_static_dns() {
    auto& records = draft_.config.static_dns;
    for (const auto& [x, a] : draft_.static_a) {
        const auto key = fmt::format("dns_cache_a.{}.", x);
        const bool named = part(key, "name", {"ip"});
        if (part(key, "ip", {"name"}) && named) records.a.push_back(a);
    }
    for (const auto& [x, srv] : draft_.static_srv) {
        const auto key = fmt::format("dns_cache_srv.{}.", x);
        const bool named = part(key, "name", {"target"});
        if (part(key, "target", {"name"}) && named) records.srv.push_back(srv);
    }
    for (const auto& [x, naptr] : draft_.static_naptr) {
        const auto key = fmt::format("dns_cache_naptr.{}.", x);
        const bool ends_here = naptr.flags == "U" || naptr.flags == "P";  // YL-SDC-N2
        const bool named = part(key, "name", {"replace"});
        if ((ends_here || part(key, "replace", {"name"})) && named) records.naptr.push_back(naptr);
    }
}

void YealinkReader::run(std::string_view text) {
    auto assignments = read_key_values(file_, text, loaded_.errors);
    for (auto& assignment : assignments) {
        if (assignment.value == null_value || assignment.value == empty_value)
            assignment.value.clear();
    }
    draft_ = apply(yealink_parameters(phone_), file_, assignments, loaded_);
    for (auto& [index, account] : draft_.accounts) finish(account);
    finish_static_dns();
    // The common file of the model, then the phone's own (YL-PROV-01).
    draft_.config.provisioning.files = {phone_.common_file, "{mac}.cfg"};
    draft_.config.vendor = Vendor::yealink;
    draft_.config.model = phone_.model;
    draft_.config.firmware = phone_.firmware;
    complete(loaded_, std::move(draft_.config));
}

}  // namespace

Loaded load_yealink(std::string_view file_name, std::string_view text, const Options& options) {
    Loaded loaded;
    if (const auto phone = yealink_phone(options)) {
        YealinkReader(*phone, file_name, loaded).run(text);
    } else {
        loaded.errors.push_back({std::string(file_name), 0, phone.error()});
    }
    return loaded;
}

}  // namespace twinline::config
