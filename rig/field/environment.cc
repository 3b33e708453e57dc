// Read off the phone's own traffic only: what another phone met at the same time may have been kept
// from this one.
#include "rig/field/environment.hh"

#include "rig/field/behaviour.hh"
#include "rig/field/names.hh"
#include "rig/field/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::field {

namespace {

using scenario::ActionKind;
using timeline::Direction;
using timeline::Event;

bool is_sent(const Event& event, std::string_view method) {
    return event.kind == "sip.request" && event.direction == Direction::out &&
           event.field("method") == method;
}

bool is_answer(const Event& event, std::string_view method) {
    return event.kind == "sip.response" && event.direction == Direction::in &&
           event.field("method") == method;
}

class Reader {
  public:
    Reader(const Phone& phone, const Capture& capture) : phone_(phone), end_(capture.end) {}

    Environment run() {
        env_.end = end_;
        find_begin();
        find_servers();
        find_behaviour();
        find_grants();
        find_acts();
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
        std::uint32_t asked = 0, most = 0;
        bool too_brief = false;
        for (const auto& event : phone_.events) {
            if (is_sent(event, "REGISTER")) asked = number(event.field("expires"));
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
            if (granted != asked && !limits_.contains(granted)) limits_.insert(granted);
        }
        if (most != 0) env_.grants = limits_.empty() ? std::max(most, 3600U) : *limits_.rbegin();
        if (limits_.size() > 1)
            note("the servers granted different times; the reference is granted the longest");
    }

    void add_act(timeline::Instant at, ActionKind kind, std::string target = {}) {
        env_.acts.push_back({at, kind, std::move(target)});
    }

    // A request that its server did not take goes to the next one: that is the same call.
    void find_acts() {
        std::set<std::string> calls;
        std::map<std::string, timeline::Instant> last_try;
        bool unregistered = false;
        const Event* registered = nullptr;  // the last answer that said so
        std::set<std::string> given_up;
        for (const auto& event : phone_.events) {
            const std::string call(event.field("call_id"));
            if (is_sent(event, "INVITE") && event.field("to_tag").empty()) {
                const auto number_called = user_of(event.field("uri"));
                const bool again = last_try.contains(number_called) && !answered_.contains(call) &&
                                   event.at - last_try[number_called] < std::chrono::seconds{33};
                const bool is_new = calls.insert(call).second;
                if (is_new && !(again && !ended_since(number_called))) dial(event, number_called);
                last_try[number_called] = event.at;
                open_.insert(number_called);
            } else if ((is_sent(event, "BYE") || is_sent(event, "CANCEL")) &&
                       given_up.insert(call).second) {
                add_act(event.at, ActionKind::hang_up);
                open_.clear();
            } else if (event.kind == "sip.request" && event.direction == Direction::in &&
                       event.field("method") == "BYE" && given_up.insert(call).second) {
                env_.far_end_hangs_up = true;
                add_act(event.at, ActionKind::hang_up);
                open_.clear();
            } else if (event.kind == "sip.request" && event.direction == Direction::in &&
                       event.field("method") == "INVITE" && event.field("to_tag").empty() &&
                       calls.insert(call).second) {
                note(fmt::format("the call that comes in at frame {} is not followed",
                                 event.frame.value_or(0)));
            } else if (is_sent(event, "REGISTER") && event.field("send") == "1") {
                const bool leaves = event.field("expires") == "0";
                if (leaves && comes_home(registered, event)) continue;
                if (leaves && !unregistered && event.field("auth") != "none")
                    add_act(beginning_of_leave(event), ActionKind::unregister);
                if (!leaves && unregistered) add_act(event.at, ActionKind::register_again);
                unregistered = leaves;
            } else if (is_answer(event, "REGISTER") && event.field("status") == "200") {
                registered = &event;
            } else if (is_answer(event, "INVITE") && event.field("status") >= "200" &&
                       event.field("status") != "407" && event.field("status") != "401") {
                answered_.insert(call);
                if (ends_the_call(event.field("status"))) open_.clear();
            }
        }
    }

    // A phone that is back at one server removes by itself what it had registered at another.
    static bool comes_home(const Event* registered, const Event& leave) {
        constexpr timeline::Duration at_once = std::chrono::seconds{1};
        return registered != nullptr && registered->peer != leave.peer &&
               leave.at - registered->at < at_once;
    }

    // What it had subscribed to is given back right before the registration is, of the same act.
    timeline::Instant beginning_of_leave(const Event& registers) const {
        constexpr timeline::Duration at_once = std::chrono::milliseconds{200};
        const auto first = std::ranges::find_if(phone_.events, [&](const Event& event) {
            return event.at + at_once > registers.at &&
                   (&event == &registers ||
                    (is_sent(event, "SUBSCRIBE") && event.field("expires") == "0"));
        });
        return first->at;
    }

    // An answer of the callee, after which no other server is asked; a server that fails is another
    // matter.
    static bool ends_the_call(std::string_view status) {
        return status < "300" || (status >= "400" && status < "500" && status != "408") ||
               status >= "600";
    }

    bool ended_since(const std::string& called) const { return !open_.contains(called); }

    // What is asked of the DNS for a call comes right before it.
    void dial(const Event& invite, const std::string& called) {
        auto at = invite.at;
        constexpr timeline::Duration look_up = std::chrono::milliseconds{200};
        for (const auto& event : phone_.events)
            if (event.kind == "dns.query" && event.direction == Direction::out &&
                event.at < invite.at && event.at + look_up > invite.at)
                at = std::min(at, event.at);
        const bool digits = !called.empty() && std::ranges::all_of(called, [](char c) {
            return c >= '0' && c <= '9';
        });
        if (env_.callee.empty() && digits) env_.callee = called;
        if (env_.callee.empty()) {
            note("a call to " + called + " is not followed: it is no number");
            return;
        }
        if (called != env_.callee)
            note("the call to " + called + " is played as one to " + env_.callee);
        add_act(at, ActionKind::dial, env_.callee);
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
    std::set<std::string> answered_, open_;
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
