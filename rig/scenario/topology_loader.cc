// Topologies: hosts by role, their zone, and the addresses that each subject gets.
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/configuration_servers.hh"
#include "rig/scenario/file_checks.hh"
#include "rig/scenario/yaml_reader.hh"

#include <algorithm>
#include <array>
#include <chrono>

namespace twinline::scenario {

namespace {

constexpr Duration default_grant = std::chrono::hours(1);
constexpr Duration shortest_grant = std::chrono::seconds(1);

class TopologyLoader {
  public:
    explicit TopologyLoader(const std::filesystem::path& file)
        : document_(file),
          map_(document_.root, document_.faults, "a topology",
               {"id", "domain", "hosts", "zone", "zones", "callee", "dns_additional", "dns_rotates",
                "users", "grants", "least", "challenges_calls", "location", "notifier", "subjects",
                "unkeyed_probe", "configuration_servers", "configuration"}) {
        topology_.place = map_.place();
        topology_.id = map_.text("id");
        check_path(map_, topology_.id, file, "topologies");
        topology_.domain = map_.text("domain");
        load_hosts();
        load_configuration_servers(map_, topology_,
                                   [this](const Map& map) { return address(map, "address"); });
        topology_.zone = map_.text("zone");
        if (auto zone = map_.find("zone")) topology_.zone_line = document_.content_line(*zone);
        load_zones();
        topology_.dns_additional = map_.word("dns_additional", {"yes", "no"}, "no") == "yes";
        topology_.dns_rotates = map_.word("dns_rotates", {"yes", "no"}, "no") == "yes";
        topology_.challenges_calls = map_.word("challenges_calls", {"yes", "no"}, "no") == "yes";
        topology_.shares_location =
            map_.word("location", {"separate", "shared"}, "separate") == "shared";
        load_callee();
        load_users();
        topology_.grants_expires = seconds(map_, "grants", default_grant);
        topology_.least_expires = seconds(map_, "least", shortest_grant);
        topology_.notifier_grants = seconds(map_, "notifier", Duration{});
        load_subjects();
    }

    Topology finish() {
        document_.faults.check();
        return std::move(topology_);
    }

  private:
    std::string address(const Map& map, std::string_view key, std::string_view fallback = {}) {
        std::string text = fallback.empty() ? map.text(key) : map.text(key, fallback);
        if (text.empty()) return text;
        if (!is_dotted_address(text)) {
            map.faults().add(*map.find(key),
                             std::string(key) + " \"" + text +
                                 "\" is no IPv4 address; allowed is a dotted one, as 192.0.2.11");
        } else if (std::find(addresses_.begin(), addresses_.end(), text) != addresses_.end()) {
            map.faults().add(map.has(key) ? *map.find(key) : map.node(),
                             "address " + text + " is used twice; allowed is each address once");
        }
        addresses_.push_back(text);
        return text;
    }

    void load_hosts() {
        std::optional<YAML::Node> hosts = map_.require("hosts");
        if (!hosts) return;
        for (const auto& [role, node] : read_pairs(*hosts, document_.faults, "hosts")) {
            Map host(node, document_.faults, "a host",
                     {"address", "runs", "port", "behind", "outbound", "flow_timer",
                      "service_route", "transports"});
            if (!is_name(role) || role == "any") {
                document_.faults.add(node, "role \"" + role +
                                               "\" is no name; allowed are a-z, 0-9 and "
                                               "hyphens, and not \"any\"");
            }
            std::string runs = host.word("runs", {"kamailio", "dns", "proxy"});
            topology_.hosts.push_back(
                {role, address(host, "address"),
                 runs == "dns"     ? HostRuns::dns
                 : runs == "proxy" ? HostRuns::proxy
                                   : HostRuns::kamailio,
                 static_cast<std::uint16_t>(host.number("port", 1, 65535).value_or(5060))});
            if (runs == "proxy") topology_.hosts.back().behind = host.text("behind");
            topology_.hosts.back().takes_streams =
                host.word("transports", {"all", "udp"}, "all") == "all";
            load_outbound(host, topology_.hosts.back());
            load_service_route(host, topology_.hosts.back());
        }
        check_proxies(*hosts);
        if (topology_.hosts.empty() && hosts->IsMap()) {
            document_.faults.add(*hosts, "no hosts; allowed is at least one");
        }
    }

    void load_outbound(const Map& map, Host& host) {
        host.outbound = map.word("outbound", {"true", "false"}, "false") == "true";
        if (host.outbound && host.runs == HostRuns::dns)
            document_.faults.add(map.node(),
                                 "a name server has no flows; allowed is outbound of a "
                                 "host that runs kamailio or proxy");
        if (!map.has("flow_timer")) return;
        if (!host.outbound || host.runs != HostRuns::kamailio)
            document_.faults.add(*map.find("flow_timer"),
                                 "only a registrar tells a flow_timer; allowed is one beside "
                                 "outbound: true of a host that runs kamailio");
        host.flow_timer = seconds(map, "flow_timer", {});
    }

    void load_service_route(const Map& map, Host& host) {
        host.service_route = map.word("service_route", {"true", "false"}, "false") == "true";
        if (host.service_route && host.runs != HostRuns::kamailio)
            document_.faults.add(*map.find("service_route"),
                                 "only a registrar tells a service_route; allowed is one of a host "
                                 "that runs kamailio");
    }

    void check_proxies(const YAML::Node& hosts) {
        Words servers;
        for (const auto& host : topology_.hosts)
            if (host.runs == HostRuns::kamailio) servers.push_back(host.role);
        for (const auto& host : topology_.hosts)
            if (host.runs == HostRuns::proxy && !host.behind.empty())  // else that was told before
                check_word(hosts[host.role]["behind"], document_.faults, "host", host.behind,
                           servers);
    }

    void load_zones() {
        auto zones = map_.find("zones");
        if (!zones) return;
        for (const auto& [name, node] : read_pairs(*zones, document_.faults, "zones")) {
            if (!is_name(name))
                document_.faults.add(
                    node, "zone \"" + name + "\" is no name; allowed are a-z, 0-9 and hyphens");
            if (auto text = read_text(node, document_.faults, "zone " + name))
                topology_.zones.emplace(name, std::move(*text));
        }
    }

    void load_callee() {
        topology_.callee = map_.text("callee", "");
        const bool digits = std::all_of(topology_.callee.begin(), topology_.callee.end(),
                                        [](char c) { return c >= '0' && c <= '9'; });
        if (!digits) {
            document_.faults.add(*map_.find("callee"), "callee \"" + topology_.callee +
                                                           "\" is no number; allowed are digits");
        }
    }

    void load_users() {
        std::optional<YAML::Node> users = map_.find("users");
        if (!users) return;
        for (const YAML::Node& node : read_items(*users, document_.faults, "users")) {
            Map user(node, document_.faults, "a user", {"name", "password", "login"});
            User read{user.text("name"), user.text("password"), {}};
            read.login = user.text("login", read.name);
            bool twice = std::any_of(topology_.users.begin(), topology_.users.end(),
                                     [&](const User& former) { return former.name == read.name; });
            if (twice) {
                document_.faults.add(node,
                                     "user \"" + read.name + "\" is there twice; allowed is once");
            }
            topology_.users.push_back(std::move(read));
        }
    }

    // Expires holds whole seconds.
    std::uint32_t seconds(const Map& map, std::string_view key, Duration fallback) {
        Duration time = map.duration(key, fallback);
        auto whole = std::chrono::duration_cast<std::chrono::seconds>(time);
        if (time != whole) {
            document_.faults.add(*map.find(key),
                                 std::string(key) +
                                     " is no whole number of seconds, which is what Expires holds; "
                                     "allowed are 0 s and more");
        }
        return static_cast<std::uint32_t>(whole.count());
    }

    void load_subjects() {
        struct Default {
            std::string_view subject, phone, probe;
        };
        constexpr std::array<Default, 2> defaults{{{"device", "198.51.100.100", "198.51.100.110"},
                                                   {"twin", "198.51.100.101", "198.51.100.111"}}};
        YAML::Node none(YAML::NodeType::Map);
        Map subjects(map_.find("subjects").value_or(none), document_.faults, "subjects",
                     {"device", "twin"});
        for (const Default& fallback : defaults) {
            Map subject(subjects.find(fallback.subject).value_or(none), document_.faults,
                        "a subject", {"phone", "probe"});
            topology_.subjects[std::string(fallback.subject)] = {
                address(subject, "phone", fallback.phone),
                address(subject, "probe", fallback.probe)};
        }
        topology_.unkeyed_probe = address(map_, "unkeyed_probe", "198.51.100.120");
    }

    Document document_;
    Map map_;
    Topology topology_;
    std::vector<std::string> addresses_;
};

}  // namespace

Topology load_topology(const std::filesystem::path& file) { return TopologyLoader(file).finish(); }

}  // namespace twinline::scenario
