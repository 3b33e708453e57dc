// Read off the phone's own traffic only: what another phone met at the same time may have been kept
// from this one.
#include "rig/field/environment.hh"

#include "rig/field/acts.hh"
#include "rig/field/behaviour.hh"
#include "rig/field/messages.hh"
#include "rig/field/names.hh"
#include "rig/field/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

class Reader {
  public:
    Reader(const Phone& phone, const Capture& capture)
        : phone_(phone), end_(phone.until.value_or(capture.end)) {}

    Environment run() {
        env_.end = end_;
        find_begin();
        find_servers();
        find_behaviour();
        find_grants();
        read_acts(phone_, env_);
        find_names();
        say_what_is_missing();
        return std::move(env_);
    }

  private:
    void note(std::string text) { env_.notes.push_back(std::move(text)); }

    void find_begin() {
        const auto first = std::ranges::find_if(phone_.events, [](const Event& event) {
            return event.direction == Direction::out &&
                   (event.kind == "sip.request" || event.kind == "dns.query" ||
                    event.kind == "tcp.syn");
        });
        if (first != phone_.events.end()) env_.begin = first->at;
        const auto registers = std::ranges::find_if(
            phone_.events, [](const Event& event) { return is_sent(event, "REGISTER"); });
        env_.late_start =
            registers != phone_.events.end() && registers->field("auth") == "credentials";
        if (env_.late_start)
            note(
                "the capture begins after the phone had registered: how it came to that is not "
                "seen");
    }

    Server& server(const std::string& address) {
        const auto known = std::ranges::find(env_.servers, address, &Server::address);
        if (known != env_.servers.end()) return *known;
        auto& added = env_.servers.emplace_back();
        added.address = address;
        return added;
    }

    // By whom it turned to first; then those that the DNS names and that it never asked.
    void find_servers() {
        for (const auto& event : phone_.events) {
            if (event.direction != Direction::out) continue;
            const bool sip = event.kind == "sip.request" ||
                             (event.kind == "tcp.syn" &&
                              (event.peer_port == "5060" || event.peer_port == "5061"));
            if (sip) {
                if (event.field("method") == "ACK" || event.field("method") == "BYE") continue;
                auto& host = server(event.peer);
                if (host.contacted) continue;
                host.contacted = true;
                const bool secure = event.field("transport") == "tls" || event.peer_port == "5061";
                host.port = static_cast<std::uint16_t>(number(event.peer_port) - (secure ? 1 : 0));
            } else if (event.kind == "dns.query") {
                auto& host = server(event.peer);
                host.names = host.contacted = env_.saw_dns = true;
            }
        }
        const auto ports = ports_in(phone_.events);
        for (const auto& address : addresses_in(phone_.events)) {
            const bool is_new =
                std::ranges::find(env_.servers, address, &Server::address) == env_.servers.end();
            auto& host = server(address);
            if (is_new && ports.contains(address)) host.port = ports.at(address);
        }
        unsigned sip = 0, names = 0;
        for (auto& host : env_.servers) {
            host.role =
                host.names ? fmt::format("dns-{}", ++names) : fmt::format("server-{}", ++sip);
            if (!host.names && !host.contacted)
                note(fmt::format("{} ({}) was never asked anything: it is taken to work", host.role,
                                 host.address));
        }
        read_flows();
    }

    void read_flows() {
        for (const auto& event : phone_.events) {
            if (event.direction != Direction::in) continue;
            if (is_answer(event, "REGISTER") && !event.field("service_route").empty())
                server(event.peer).service_route = true;
            const bool pong = event.kind == "keepalive.pong";
            const bool flows = is_answer(event, "REGISTER") &&
                               event.field("require").find("outbound") != std::string_view::npos;
            if (!pong && !flows) continue;
            auto& host = server(event.peer);
            host.outbound = true;
            if (const auto timer = event.field("flow_timer"); !timer.empty())
                host.flow_timer = number(timer);
        }
    }

    void find_behaviour() {
        for (auto& [address, evidence] : sip_evidence(phone_.events, end_))
            for (auto& host : env_.servers)
                if (host.address == address && !host.names) {
                    drop_streams(host, evidence);
                    host.spells = spells_of(evidence);
                }
        for (const auto& [address, evidence] : dns_evidence(phone_.events, end_))
            for (auto& host : env_.servers)
                if (host.address == address && host.names) host.spells = spells_of(evidence);
    }

    // A server that serves over UDP and refuses every connection takes none.
    static void drop_streams(Server& host, std::vector<Evidence>& evidence) {
        const auto is_refused = [](const Evidence& piece) {
            return piece.method == "TCP" && piece.treatment &&
                   piece.treatment->kind == scenario::Treatment::Kind::refuse;
        };
        const bool serves = std::ranges::any_of(
            evidence, [](const Evidence& piece) { return piece.over_udp && !piece.treatment; });
        const bool takes = std::ranges::any_of(
            evidence, [&](const Evidence& piece) { return !piece.over_udp && !is_refused(piece); });
        if (!serves || takes || std::ranges::none_of(evidence, is_refused)) return;
        host.takes_streams = false;
        std::erase_if(evidence, is_refused);
    }

    // What was granted where less was given than asked for; nothing tells a limit apart that nobody
    // reached.
    void find_grants() {
        std::uint32_t most = 0;
        std::map<std::string, std::uint32_t> asked;
        bool too_brief = false;
        const auto request_of = [](const Event& e) {
            return fmt::format("{} {} {}", e.peer, e.field("call_id"), e.field("cseq"));
        };
        for (const auto& event : phone_.events) {
            if (is_sent(event, "REGISTER"))
                asked[request_of(event)] = number(event.field("expires"));
            if (is_answer(event, "INVITE") && event.field("status") == "407")
                env_.challenges_calls = true;
            if (is_answer(event, "SUBSCRIBE") && event.field("status").starts_with("2"))
                env_.notifier_grants =
                    std::max({env_.notifier_grants, number(event.field("expires")), 60U});
            if (!is_answer(event, "REGISTER")) continue;
            if (event.field("status") == "423") too_brief = true;
            const auto granted = number(event.field("expires"));
            if (event.field("status") != "200" || granted == 0) continue;
            if (too_brief && env_.least == 1) env_.least = granted;
            most = std::max(most, granted);
            if (granted != asked[request_of(event)]) limits_.insert(granted);
        }
        if (most != 0) env_.grants = limits_.empty() ? std::max(most, 3600U) : *limits_.rbegin();
        if (limits_.size() > 1)
            note("the servers granted different times; the reference is granted the longest");
    }

    void find_names() {
        std::set<std::string> names;
        for (const auto& event : phone_.events) {
            if (event.kind == "dns.query" || event.kind == "dns.response")
                names.insert(std::string(event.field("name")));
            if (event.kind == "dns.response" && event.field("type") == "SRV" &&
                event.field("additional") == "yes")
                env_.dns_additional = true;
            if (is_sent(event, "REGISTER")) names.insert(host_of(event.field("uri")));
        }
        env_.domain = domain_of(names);
        env_.zones = zones_of(phone_.events, env_.domain);
        if (env_.saw_dns && phone_.shares_address)
            note(
                "another phone asks the DNS from the same address: whose question is whose cannot "
                "be told, so questions are not compared");
    }

    void say_what_is_missing() {
        if (!env_.saw_dns) note("the capture holds no DNS of this phone");
        if (phone_.is_behind_nat())
            note(fmt::format("the phone calls itself {} and is seen as {}: a NAT lies between",
                             phone_.own_address, phone_.address));
        if (phone_.copies > 0)
            note(fmt::format(
                "{} messages are seen a second time, behind a proxy or a NAT; the first "
                "time counts",
                phone_.copies));
        std::size_t unreadable = 0;
        for (const auto& event : phone_.events)
            unreadable += event.kind == "tls.unreadable" ? 1 : 0;
        if (unreadable > 0)
            note("what is said over TLS cannot be read without its keys: nothing of it is judged");
    }

    const Phone& phone_;
    timeline::Instant end_;
    Environment env_;
    std::set<std::uint32_t> limits_;
};

}  // namespace

// Two seconds before what was seen, or halfway to what was seen before that.
timeline::Instant Between::instant() const {
    constexpr timeline::Duration close = std::chrono::seconds{2};
    if (!after) return before;
    return before - std::min<timeline::Duration>((before - *after) / 2, close);
}

const Server* Environment::at(std::string_view address) const {
    const auto found = std::ranges::find(servers, address, &Server::address);
    return found == servers.end() ? nullptr : &*found;
}

const Server* Environment::find(std::string_view role) const {
    const auto found = std::ranges::find(servers, role, &Server::role);
    return found == servers.end() ? nullptr : &*found;
}

Environment environment_of(const Phone& phone, const Capture& capture) {
    return Reader(phone, capture).run();
}

}  // namespace twinline::field
