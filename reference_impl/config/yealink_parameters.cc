// The account's parameters (clauses YL-PAR-01 to YL-PAR-28, YL-SDC-02, YL-SDC-06 and YL-SDC-10).
#include "reference_impl/config/yealink_parameters.hh"

#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinline::config {

namespace {

constexpr std::uint32_t shortest_failback = 60;  // YL-FB-DUR-03

// The guide's defaults where they are not those of the common model.
Account& account_of(Draft& draft, unsigned index) {
    auto& account = draft.accounts[index];
    if (!account.servers.empty()) return account;
    Server server;
    server.port = 5060;                       // YL-PAR-08, YL-PAR-14, YL-PAR-16, YL-PAR-18
    server.transport = TransportChoice::udp;  // YL-PAR-09
    account.index = index;
    account.enabled = false;  // YL-PAR-01
    account.servers.assign(yealink_servers, server);
    account.outbound_proxies.assign(yealink_servers, server);
    return account;
}

Server& server_of(Draft& draft, Index index) {
    return account_of(draft, index.x).servers.at(index.y - 1);
}

StoreText to(std::string Account::*member) {
    return [member](Draft& draft, Index index, std::string_view value) {
        account_of(draft, index).*member = value;
    };
}

template <typename Value>
StoreNumber to(Value Account::*member) {
    return [member](Draft& draft, Index index, std::uint32_t number) {
        account_of(draft, index).*member = static_cast<Value>(number);
    };
}

template <typename Value>
StoreNumber to(Value Server::*member) {
    return [member](Draft& draft, Index index, std::uint32_t number) {
        server_of(draft, index).*member = static_cast<Value>(number);
    };
}

// The host and the port of the outbound proxy Y, which the older names write as another word.
StoreText to_proxy_host(unsigned y) {
    return [y](Draft& draft, Index index, std::string_view host) {
        account_of(draft, index).outbound_proxies.at((y == 0 ? index.y : y) - 1).host = host;
    };
}

StoreNumber to_proxy_port(unsigned y) {
    return [y](Draft& draft, Index index, std::uint32_t port) {
        account_of(draft, index).outbound_proxies.at((y == 0 ? index.y : y) - 1).port =
            static_cast<std::uint16_t>(port);
    };
}

class YealinkTable {
  public:
    explicit YealinkTable(const YealinkPhone& phone)
        : phone_(phone),
          accounts_{1, phone.accounts},
          servers_{1, phone.accounts, 1, yealink_servers} {}

    std::vector<Parameter> parameters() {
        account();
        server();
        outbound();
        fallback();
        failover();
        dns();
        return std::move(table_);
    }

  private:
    void add(Parameter parameter) {
        parameter.index_limit =
            fmt::format("{} has accounts 1 to {}", phone_.model, phone_.accounts);
        if (parameter.indices.high_y > 0)
            parameter.index_limit += fmt::format(" with servers 1 to {}", yealink_servers);
        table_.push_back(std::move(parameter));
    }

    void add_if(bool known, std::string_view who, Parameter parameter) {
        if (!known) parameter.inapplicable = fmt::format("{} this is {}", who, phone_.name());
        add(std::move(parameter));
    }

    Parameter flag(std::string name, Indices indices, StoreNumber store) {
        return one_of(std::move(name), indices, {"0", "1"}, std::move(store));
    }

    Parameter port(std::string name, Indices indices, StoreNumber store) {
        return integer(std::move(name), indices, 0, 65535, std::move(store));
    }

    void account();
    void server();
    void outbound();
    void fallback();
    void failover();
    void failback_timeout();
    void dns();

    const YealinkPhone& phone_;
    Indices accounts_;
    Indices servers_;
    std::vector<Parameter> table_;
};

void YealinkTable::account() {
    add(flag("account.X.enable", accounts_, to(&Account::enabled)));
    add(text("account.X.label", accounts_, to(&Account::label)));
    add(text("account.X.display_name", accounts_, to(&Account::display_name)));
    add(text("account.X.auth_name", accounts_, to(&Account::auth_user)));
    add(sip_user("account.X.user_name", accounts_, to(&Account::user)));
    add(secret_text("account.X.password", accounts_, to(&Account::password)));
}

void YealinkTable::server() {
    add(host_within("account.X.sip_server.Y.address", servers_, 256,
                    [](Draft& d, Index i, std::string_view host) { server_of(d, i).host = host; }));
    add(port("account.X.sip_server.Y.port", servers_, to(&Server::port)));
    add(one_of("account.X.sip_server.Y.transport_type", servers_, {"0", "1", "2", "3"},
               to(&Server::transport)));
    add(integer("account.X.sip_server.Y.expires", servers_, 30, longest_time,
                to(&Server::expires)));
    add(integer("account.X.sip_server.Y.retry_counts", servers_, 0, 20, to(&Server::retry_counts)));
}

void YealinkTable::outbound() {
    constexpr std::string_view older = "only firmware 80 and before knows it, T5x phones excepted;";
    constexpr std::string_view newer = "only T5x phones and firmware 81 and later know it;";
    const bool numbered = phone_.numbered_proxies;
    add(flag("account.X.outbound_proxy_enable", accounts_, [](Draft& d, Index i, std::uint32_t on) {
        account_of(d, i);
        d.outbound_enabled[i] = on == 1;
    }));
    add_if(!numbered, older, host("account.X.outbound_host", accounts_, to_proxy_host(1)));
    add_if(!numbered, older, port("account.X.outbound_port", accounts_, to_proxy_port(1)));
    add_if(!numbered, older, host("account.X.backup_outbound_host", accounts_, to_proxy_host(2)));
    add_if(!numbered, older, port("account.X.backup_outbound_port", accounts_, to_proxy_port(2)));
    add_if(numbered, newer, host("account.X.outbound_proxy.Y.address", servers_, to_proxy_host(0)));
    add_if(numbered, newer, port("account.X.outbound_proxy.Y.port", servers_, to_proxy_port(0)));
}

void YealinkTable::fallback() {
    add(flag("account.X.fallback.redundancy_type", accounts_, to(&Account::redundancy)));
    add(integer("account.X.fallback.timeout", accounts_, 10, longest_time,
                to(&Account::fallback_timeout)));
    // The guide gives no bounds; these are what a time can be (YL-PAR-22).
    add(integer("account.X.outbound_proxy_fallback_interval", accounts_, 0, longest_time,
                to(&Account::outbound_proxy_fallback_interval)));
}

void YealinkTable::failover() {
    const bool known = phone_.firmware >= 81;
    constexpr std::string_view newer = "only firmware 81 and later knows it;";
    add(flag("account.X.sip_server.Y.register_on_enable", servers_,
             to(&Server::register_on_enable)));
    add_if(known, newer,
           flag("account.X.sip_server.Y.only_signal_with_registered", servers_,
                to(&Server::only_signal_with_registered)));
    add_if(known, newer,
           integer("account.X.sip_server.Y.invite_retry_counts", servers_, 1, 10,
                   to(&Server::invite_retry_counts)));
    add(one_of("account.X.sip_server.Y.failback_mode", servers_, {"0", "1", "2", "3"},
               to(&Server::failback_mode)));
    failback_timeout();
    add_if(known, newer,
           flag("account.X.sip_server.Y.failback_subscribe.enable", servers_,
                to(&Server::failback_subscribe)));
}

// 0 is a value of its own, never (YL-FB-DUR-02); what lies between it and the shortest time is
// taken for the shortest.
void YealinkTable::failback_timeout() {
    const auto taken_for = [](std::uint32_t seconds) {
        return seconds == 0 ? 0 : std::max(seconds, shortest_failback);
    };
    auto parameter = integer("account.X.sip_server.Y.failback_timeout", servers_, 0, 65535,
                             [taken_for](Draft& d, Index i, std::uint32_t seconds) {
                                 server_of(d, i).failback_timeout =
                                     std::chrono::seconds(taken_for(seconds));
                             });
    parameter.permitted = "0, or an integer from 60 to 65535; 1 to 59 act as 60";
    parameter.clamp = [taken_for](std::string_view value) {
        const auto seconds = wire::parse_number(value).value_or(0);
        return seconds == taken_for(seconds) ? std::string()
                                             : fmt::format("acts as {}", taken_for(seconds));
    };
    add(std::move(parameter));
}

void YealinkTable::dns() {
    add(one_of("account.X.dns_cache_type", accounts_, {"0", "1", "2"},
               to(&Account::dns_cache_type)));
    add(flag("account.X.static_cache_pri", accounts_, to(&Account::static_cache_first)));
    add(flag("account.X.naptr_build", accounts_, to(&Account::naptr_build)));
}

}  // namespace

std::vector<Parameter> yealink_account_parameters(const YealinkPhone& phone) {
    return YealinkTable(phone).parameters();
}

}  // namespace twinline::config
