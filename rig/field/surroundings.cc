// Hosts, zones and users of the topology that a field phone met.
#include "rig/field/surroundings.hh"

#include "rig/field/names.hh"
#include "rig/scenario/file_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

constexpr const char* unseen_name_server = "203.0.113.253";

class SurroundingsBuilder {
  public:
    SurroundingsBuilder(const Phone& phone, const Environment& met, const Settings& settings)
        : phone_(phone), met_(met), settings_(settings) {}

    Surroundings run() {
        hosts();
        names();
        users();
        subjects();
        return {std::move(topology_), std::move(notes_)};
    }

  private:
    void add_host(const std::string& role, const std::string& address, std::uint16_t port) {
        scenario::Host host;
        host.role = role;
        host.address = address;
        host.port = port;
        topology_.hosts.push_back(std::move(host));
    }

    bool has_address(const std::string& address) const {
        const auto& hosts = topology_.hosts;
        return std::ranges::find(hosts, address, &scenario::Host::address) != hosts.end();
    }

    void hosts() {
        topology_.id = "field";
        for (const auto& server : met_.servers) {
            add_host(server.role, server.address, server.names ? 53 : server.port);
            auto& host = topology_.hosts.back();
            if (server.names) host.runs = scenario::HostRuns::dns;
            if (server.names) host.port = 5060;
            host.outbound = server.outbound;
            host.service_route = server.service_route;
            host.takes_streams = server.takes_streams;
            host.flow_timer = server.flow_timer;
        }
        // Servers that the configuration names by address and that were never asked.
        unsigned number = 0;
        for (const auto& account : settings_.config.accounts)
            for (const auto* list :
                 {&account.servers, &account.registrars, &account.outbound_proxies})
                for (const auto& server : *list)
                    if (scenario::is_dotted_address(server.host) && !has_address(server.host))
                        add_host(fmt::format("configured-{}", ++number), server.host,
                                 server.port == 0 ? 5060 : server.port);
        add_name_servers();
        topology_.grants_expires = met_.grants;
        topology_.least_expires = met_.least;
        topology_.notifier_grants = met_.notifier_grants;
        topology_.challenges_calls = met_.challenges_calls;
        topology_.callee = met_.callee;
        topology_.dns_additional = met_.dns_additional;
    }

    void add_name_servers() {
        unsigned number = 0;
        for (const auto& address : settings_.config.dns_servers)
            if (!has_address(wire::to_string(address)))
                add_name_server(fmt::format("configured-dns-{}", ++number),
                                wire::to_string(address));
        const bool none = std::ranges::none_of(topology_.hosts, [](const scenario::Host& host) {
            return host.runs == scenario::HostRuns::dns;
        });
        if (none) add_name_server("dns-1", unseen_name_server);
    }

    void add_name_server(const std::string& role, const std::string& address) {
        add_host(role, address, 5060);
        topology_.hosts.back().runs = scenario::HostRuns::dns;
    }

    // Those that were answered, and those that the phone must have known.
    void names() {
        std::string unseen;
        std::set<std::string> all;
        if (met_.domain != no_domain) all.insert(met_.domain);
        for (const auto& name : unseen_names()) {
            all.insert(name.name);
            unseen += records_of(name);
            std::string servers;
            for (const auto* server : name.servers)
                servers += (servers.empty() ? "" : ", ") + server->role;
            notes_.push_back(
                fmt::format("no DNS answer for {} is in the capture: taken to lead to {}, in the "
                            "order in which "
                            "the phone turned to them",
                            name.name, servers));
        }
        // The zone is as wide as all of them want it.
        const auto domain = domain_of(all);
        const auto zones = domain == met_.domain ? met_.zones : zones_of(phone_.events, domain);
        topology_.domain = domain == "." ? no_domain : domain;
        topology_.zone = zones.front().text + unseen;
        for (std::size_t i = 1; i < zones.size(); ++i)
            topology_.zones.emplace(fmt::format("zone-{}", i), zones[i].text + unseen);
    }

    bool is_answered(const std::string& name) const {
        return std::ranges::any_of(phone_.events, [&](const Event& event) {
            const auto asked = event.field("name");
            return event.kind == "dns.response" && !event.field("answers").empty() &&
                   (asked == name || asked.ends_with("." + name));
        });
    }

    bool is_static(const std::string& name) const {
        const auto& known = settings_.config.static_dns;
        const auto fits = [&](const auto& record) {
            return record.name == name || record.name.ends_with("." + name);
        };
        return std::ranges::any_of(known.a, fits) || std::ranges::any_of(known.srv, fits) ||
               std::ranges::any_of(known.naptr, fits);
    }

    std::vector<UnseenName> unseen_names() const {
        std::vector<UnseenName> names;
        for (const auto& account : settings_.config.accounts) {
            const bool over_proxy = !account.outbound_proxies.empty();
            for (const auto* list :
                 {&account.outbound_proxies, &account.registrars, &account.servers}) {
                for (const auto& server : *list) {
                    if (server.host.empty() || scenario::is_dotted_address(server.host) ||
                        is_answered(server.host) || is_static(server.host))
                        continue;
                    const bool known = std::ranges::any_of(
                        names, [&](const UnseenName& n) { return n.name == server.host; });
                    if (known || (met_.saw_dns && !met_.late_start)) continue;
                    UnseenName name{server.host, server.port != 0, "_sip._udp", {}};
                    if (server.transport == config::TransportChoice::tcp)
                        name.service = "_sip._tcp";
                    if (server.transport == config::TransportChoice::tls)
                        name.service = "_sips._tcp";
                    name.servers =
                        turned_to(over_proxy && list == &account.outbound_proxies ? std::string()
                                                                                  : server.host);
                    if (!name.servers.empty()) names.push_back(std::move(name));
                }
            }
        }
        return names;
    }

    // In a dialog the servers say where requests go.
    static bool asks_for_a_server(const Event& request) {
        const auto method = request.field("method");
        return method == "REGISTER" || (method == "INVITE" && request.field("to_tag").empty());
    }

    // Whom the phone asked for this domain, in its order; empty: for any.
    std::vector<const Server*> turned_to(const std::string& domain) const {
        std::vector<const Server*> servers;
        for (const auto& event : phone_.events) {
            if (event.kind != "sip.request" || event.direction != Direction::out ||
                !asks_for_a_server(event))
                continue;
            if (!domain.empty() && host_of(event.field("uri")) != domain &&
                host_of(event.field("to_uri")) != domain)
                continue;
            const auto* server = met_.at(event.peer);
            if (server != nullptr && std::ranges::find(servers, server) == servers.end())
                servers.push_back(server);
        }
        return servers;
    }

    // Any digest is taken: nobody knows the passwords of the field.
    void users() {
        for (const auto& account : settings_.config.accounts) {
            const bool known = std::ranges::any_of(
                topology_.users,
                [&](const scenario::User& user) { return user.name == account.user; });
            if (known) continue;
            topology_.users.push_back(
                {account.user, account.password,
                 account.auth_user.empty() ? account.user : account.auth_user});
        }
        // Who calls the phone calls its first user.
        std::ranges::stable_partition(
            topology_.users, [&](const scenario::User& user) { return user.name == met_.called; });
    }

    void subjects() {
        std::set<std::string> taken;
        for (const auto& host : topology_.hosts) taken.insert(host.address);
        const auto free = [&](std::string wanted) {
            for (unsigned i = 1; taken.contains(wanted); ++i)
                wanted = fmt::format("198.18.{}.{}", i / 250, i % 250 + 1);
            taken.insert(wanted);
            return wanted;
        };
        const auto phone = free(phone_.own_address);
        auto& device = topology_.subjects["device"];
        device = {phone, free("198.51.100.110")};
        topology_.subjects["twin"] = {free("198.51.100.101"), free("198.51.100.111")};
        topology_.unkeyed_probe = free("198.51.100.120");
    }

    const Phone& phone_;
    const Environment& met_;
    const Settings& settings_;
    scenario::Topology topology_;
    std::vector<std::string> notes_;
};

}  // namespace

Surroundings surroundings_of(const Phone& phone, const Environment& met, const Settings& settings) {
    return SurroundingsBuilder(phone, met, settings).run();
}

}  // namespace twinline::field
