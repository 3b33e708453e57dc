// The first REGISTER of a line tells who it is; all of them tell where it goes.
#include "rig/field/lines.hh"

#include "rig/field/text.hh"
#include "rig/scenario/file_checks.hh"

#include <algorithm>
#include <map>
#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

bool is_registration(const Event& event) {
    return event.kind == "sip.request" && event.direction == Direction::out &&
           event.field("method") == "REGISTER";
}

bool was_asked(const Phone& phone, std::string_view type, std::string_view host) {
    return std::ranges::any_of(phone.events, [&](const Event& event) {
        return event.kind == "dns.query" && event.field("type") == type &&
               event.field("name").ends_with(host);
    });
}

// How a phone comes to the servers of a name. Where they change, it has them from the DNS, seen or
// not.
bool is_by_service(const Phone& phone, const Environment& met, const std::string& host,
                   const std::set<std::string>& servers) {
    if (scenario::is_dotted_address(host)) return false;
    if (was_asked(phone, "NAPTR", host) || was_asked(phone, "SRV", host)) return true;
    return servers.size() > 1 && !(met.saw_dns && was_asked(phone, "A", host));
}

void add(std::vector<Target>& targets, const std::string& host, const std::string& port) {
    if (host.empty()) return;
    if (std::ranges::find(targets, host, &Target::host) == targets.end())
        targets.push_back({host, static_cast<std::uint16_t>(number(port))});
}

class LineReader {
  public:
    LineReader(const Phone& phone, const Environment& met) : phone_(phone), met_(met) {}

    Line line(const std::set<std::string>& addresses) const {
        Line line;
        std::map<std::string, std::set<std::string>> servers;  // by the name they were asked by
        for (const auto& event : phone_.events) {
            if (!is_registration(event) || !addresses.contains(line_of(event.field("to_uri"))))
                continue;
            if (const auto login = event.field("username"); !login.empty()) line.login = login;
            if (line.user.empty()) {
                line.user = user_of(event.field("to_uri"));
                line.domain = host_of(event.field("to_uri"));
                line.transport = event.field("transport");
                line.expires = event.field("expires");
            }
            const auto registrar = host_of(event.field("uri"));
            const auto proxy = host_of(event.field("route"));
            add(line.registrars, registrar, proxy.empty() ? event.peer_port : std::string());
            add(line.proxies, proxy, event.peer_port);
            servers[proxy.empty() ? registrar : proxy].insert(event.peer);
            line.has_flows = line.has_flows || !event.field("reg_id").empty();
        }
        for (auto* targets : {&line.proxies, &line.registrars})
            for (auto& target : *targets) settle(target, line, servers[target.host]);
        return line;
    }

  private:
    void settle(Target& target, Line& line, const std::set<std::string>& servers) const {
        if (!is_by_service(phone_, met_, target.host, servers)) return;
        target.port = 0;
        line.asks_naptr = line.asks_naptr || was_asked(phone_, "NAPTR", target.host);
    }

    const Phone& phone_;
    const Environment& met_;
};

}  // namespace

std::vector<Line> lines_of(const Phone& phone, const Environment& met, Servers servers) {
    std::vector<std::set<std::string>> accounts;  // their addresses of record
    for (const auto& address : phone.lines) {
        const auto user = address.substr(0, address.find('@') + 1);
        const auto same = std::ranges::find_if(accounts, [&](const std::set<std::string>& known) {
            return servers == Servers::may_have_domains && known.begin()->starts_with(user);
        });
        if (same == accounts.end())
            accounts.push_back({address});
        else
            same->insert(address);
    }
    std::vector<Line> lines;
    for (const auto& addresses : accounts)
        if (auto line = LineReader(phone, met).line(addresses); !line.registrars.empty())
            lines.push_back(std::move(line));
    return lines;
}

}  // namespace twinline::field
