// The three rows of the table for SIP outbound disabled, told apart by which backups there are.
#include "reference_impl/phone/stand_ins.hh"

namespace twinline::phone {

namespace {

enum class Row { none, proxy_and_registrar, all_three, outbound_proxy };

const std::vector<config::Server>& registrars_of(const config::Account& account) {
    return account.registrars.empty() ? account.servers : account.registrars;
}

Row row_of(const config::Account& account) {
    const bool servers = account.servers.size() > 1 || registrars_of(account).size() > 1;
    if (account.outbound_proxies.size() > 1) return servers ? Row::all_three : Row::outbound_proxy;
    return servers ? Row::proxy_and_registrar : Row::none;
}

const config::Server& backup_or_first(const std::vector<config::Server>& servers) {
    return servers.size() > 1 ? servers[1] : servers[0];
}

bool same_place(const config::Server& a, const config::Server& b) {
    return a.host == b.host && a.port == b.port;
}

// AA-OBP-11 as printed: at the backup proxy, which is asked about only where that is another
// server.
const config::Server& backup_registrar(const Context& context, const config::Account& account) {
    const auto& usual = backup_or_first(registrars_of(account));
    const auto& proxy = backup_or_first(account.servers);
    const bool open = registrars_of(account).size() > 1 && account.servers.size() > 1 &&
                      !same_place(usual, proxy);
    return open && context.oracle->reading("registrar-failure-target") == "backup-proxy" ? proxy
                                                                                         : usual;
}

}  // namespace

StandIns stand_ins(const Context& context, const config::Account& account) {
    const auto& proxies = account.outbound_proxies;
    const auto* way = proxies.empty() ? nullptr : &proxies[0];
    StandIns result{.registrars = {{.server = &registrars_of(account)[0], .proxy = way}},
                    .proxies = {{.server = &account.servers[0], .proxy = way}}};
    result.shares_flow =
        way != nullptr || same_place(registrars_of(account)[0], account.servers[0]);
    if (!context.is_aastra()) {
        if (account.outbound && proxies.size() > 1) {  // RFC-5626-02
            const Route::Leg other{.server = &account.servers[0], .proxy = &proxies[1], .place = 1};
            result.registrars.push_back(other);
            result.proxies.push_back(other);
        }
        if (account.redundant) {  // EXT-AC-01
            const Route::Leg other{.server = &account.redundant->server, .proxy = way, .place = 1};
            result.registrars.push_back(other);
            result.proxies.push_back(other);
        }
        return result;
    }
    const auto stand_in = [&](const config::Server& registrar, const config::Server& proxy,
                              const config::Server* over) {
        result.registrars.push_back({.server = &registrar, .proxy = over, .place = 1});
        result.proxies.push_back({.server = &proxy, .proxy = over, .place = 1});
    };
    switch (row_of(account)) {
        case Row::none:
            break;
        case Row::proxy_and_registrar:
            if (registrars_of(account).size() > 1)
                result.registrars.push_back(
                    {.server = &backup_registrar(context, account), .proxy = way, .place = 1});
            if (account.servers.size() > 1)
                result.proxies.push_back({.server = &account.servers[1], .proxy = way, .place = 1});
            result.renames_user = account.servers.size() > 1;
            break;
        case Row::all_three: {
            const bool same_way =
                context.oracle->reading("backup-registrar-path") == "primary-outbound-proxy";
            const auto& registrar = backup_or_first(registrars_of(account));
            const auto& proxy = backup_or_first(account.servers);
            if (same_way) stand_in(registrar, proxy, way);
            stand_in(registrar, proxy, &proxies[1]);  // the one way left where that is silent too
            result.move_together = result.renames_user = true;
            result.move_clause = "AA-OBP-21";
            result.return_clause = "AA-OBP-22";
            break;
        }
        case Row::outbound_proxy:
            stand_in(registrars_of(account)[0], account.servers[0], &proxies[1]);
            result.move_together = true;
            result.move_clause = "AA-OBP-31";
            result.return_clause = "AA-OBP-32";
            break;
    }
    return result;
}

bool unavailable_moves(const Context& context, const config::Account& account,
                       const Route::Leg& leg) {
    if (!context.is_aastra() || leg.proxy == nullptr) return true;
    switch (row_of(account)) {
        case Row::all_three:
            return context.oracle->reading("connection-failure-signal") != "silence-only";
        case Row::outbound_proxy:
            return context.oracle->reading("outbound-only-failure") == "proxy-behind";
        case Row::none:
        case Row::proxy_and_registrar:
            break;
    }
    return true;
}

}  // namespace twinline::phone
