// The order within one fault: probe, onset, probes; healing, probe.
#include "rig/run/faults.hh"

#include "rig/scenario/cast.hh"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace twinline::run {

namespace asio = boost::asio;
using Kind = scenario::Treatment::Kind;

namespace {

std::string method_of(const scenario::Treatment& treatment) {
    if (treatment.kind == Kind::mute) return std::string(testbed::stun_binding);
    return treatment.method.empty() ? "OPTIONS" : treatment.method;
}

// As fixtures/kamailio/registrar.cfg reads it.
std::string rule_of(const scenario::Treatment& treatment) {
    if (treatment.kind == Kind::slow) {
        const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(treatment.delay);
        return "1:" + std::to_string(delay.count());
    }
    return std::to_string(treatment.status) +
           (treatment.retry_after ? ":" + std::to_string(*treatment.retry_after) : "");
}

bool is_death(const scenario::Treatment& treatment) {
    return treatment.kind == Kind::silence || treatment.kind == Kind::refuse ||
           treatment.kind == Kind::unreachable;
}

}  // namespace

bool lab_can(const scenario::Topology& topology, const scenario::Step& step) {
    if (step.action != scenario::ActionKind::treat) return true;
    const auto* host = topology.find(step.target);
    if (host == nullptr || host->runs != scenario::HostRuns::configuration) return true;
    if (topology.configuration.protocol != "tftp") return true;
    // What dnsmasq can be brought to say: no such file, and no right to it.
    return step.treatment.kind == Kind::reject
               ? step.treatment.status == 1 || step.treatment.status == 2
               : step.treatment.kind != Kind::slow;
}

void Faults::tell(testbed::Wall at, const std::string& host, const std::string& fault,
                  const std::string& operands, const std::string& state, const std::string& id,
                  timeline::Fields more) {
    timeline::Fields fields{{"fault", fault}, {"host", host}, {"state", state}, {"fault_id", id}};
    fields.merge(more);
    if (!operands.empty()) fields.emplace("operands", operands);
    bench_.log.write(bench_.clock.at(at), subject_, "rig.fault", std::move(fields));
}

bool Faults::has_files(const std::string& host) const {
    const auto* found = bench_.scenario.topology.find(host);
    return found != nullptr && found->runs == scenario::HostRuns::configuration;
}

// A link's, or a stall of SIP, whose answers are held back on their way.
bool Faults::is_of_the_way(const std::string& host, const scenario::Treatment& treatment) const {
    return is_of_links(treatment) ||
           (treatment.kind == Kind::stall && !has_names(host) && !has_files(host));
}

bool Faults::has_names(const std::string& host) const {
    const auto* found = bench_.scenario.topology.find(host);
    return found != nullptr && found->runs == scenario::HostRuns::dns;
}

std::vector<scenario::Inquiry> Faults::inquiries(const std::string& host,
                                                 const Fault& fault) const {
    return scenario::inquiries(*bench_.scenario.topology.find(host), fault.treatment);
}

void Faults::let_names_behave(const std::string& host, const scenario::Treatment& treatment) {
    auto& server = bench_.lab.dns(host);
    for (const auto& source : bench_.lab.sources(subject_)) {
        const auto asker = scenario::address_value(source);
        server.names().behave(asker, dns::behaviour_of(treatment));
        if (treatment.kind == Kind::slow)
            server.delay(asker, std::chrono::duration_cast<testbed::Duration>(treatment.delay));
        if (treatment.kind == Kind::stall) server.stall(asker);
    }
}

void Faults::let_names_serve(const std::string& host) {
    auto& server = bench_.lab.dns(host);
    for (const auto& source : bench_.lab.sources(subject_)) {
        const auto asker = scenario::address_value(source);
        server.names().behave(asker, dns::Behaviour::answers);
        server.serve(asker);
    }
}

// The instant from which it holds.
asio::awaitable<testbed::Wall> Faults::begin(const std::string& host, Fault& fault) {
    const auto& treatment = fault.treatment;
    auto& lab = bench_.lab;
    if (is_death(treatment))
        co_await lab.tell_proxies(testbed::Kamailio::Server::dead, host, subject_);
    switch (treatment.kind) {
        case Kind::silence:
            fault.rules = lab.silence(host, subject_, treatment.lost);
            co_return fault.rules.back().onset();
        case Kind::refuse:
            fault.rules.push_back(lab.refuse(host, subject_));
            co_return fault.rules.back().onset();
        case Kind::unreachable:
            fault.rules.push_back(lab.unreachable(host, subject_));
            co_return fault.rules.back().onset();
        case Kind::stop:
            fault.standstill.emplace(lab.server(host));
            co_return fault.standstill->onset();
        case Kind::crash:
            fault.crash.emplace(lab.server(host));
            co_return fault.crash->onset();
        case Kind::link_down:
        case Kind::address_gone:
            fault.cut_off = lab.cut_off(host, treatment);
            co_return fault.cut_off->onset();
        case Kind::mute:
            fault.rules.push_back(lab.mute(host, subject_));
            if (!bench_.scenario.topology.find(host)->takes_streams)
                co_return fault.rules.back().onset();
            fault.detour.emplace(lab.detour(host, subject_, treatment));
            co_return fault.detour->onset();
        case Kind::wrong_certificate:
            if (has_files(host)) break;
            fault.rules.push_back(lab.show_certificate(host, subject_, treatment));
            co_return fault.rules.back().onset();
        default:
            break;
    }
    if (is_of_the_way(host, treatment)) {
        fault.detour.emplace(lab.detour(host, subject_, treatment));
        co_return fault.detour->onset();
    }
    if (has_names(host)) {
        if (treatment.without_tcp) fault.rules.push_back(lab.without_connections(host, subject_));
        let_names_behave(host, treatment);
        co_return testbed::wall_now();
    }
    if (has_files(host)) {
        lab.configuration(host).misbehave(lab.sources(subject_), treatment);
        co_return testbed::wall_now();
    }
    if (treatment.kind != Kind::reject && treatment.kind != Kind::slow)
        throw std::logic_error("a scenario with a fault that the lab cannot make was let in");
    // Named, since temporaries beside co_await are not safe with every compiler.
    const std::string method = treatment.method.empty() ? "*" : treatment.method;
    const auto rule = rule_of(treatment);
    const auto sources = lab.sources(subject_);
    for (const auto& source : sources) {
        co_await lab.server(host).behave(source, method, rule);
    }
    co_return testbed::wall_now();
}

// A proxy that begins anew has forgotten which servers are dead.
asio::awaitable<void> Faults::begin_anew(const std::string& host, Fault& fault) {
    co_await fault.crash->heal();
    co_await bench_.gathering.leave(host, subject_);
    std::vector<std::string> dead;
    for (const auto& [other, active] : active_)
        if (is_death(active.treatment)) dead.push_back(other);
    for (const auto& other : dead)
        co_await bench_.lab.tell_proxies(testbed::Kamailio::Server::dead, other, subject_);
}

asio::awaitable<testbed::Wall> Faults::undo(const std::string& host, Fault& fault) {
    auto& lab = bench_.lab;
    if (is_death(fault.treatment))
        co_await lab.tell_proxies(testbed::Kamailio::Server::alive, host, subject_);
    testbed::Wall healed = testbed::wall_now();
    for (auto& rules : fault.rules) fault.lost_answers += rules.counted();
    // The last one first: what is heard again is answered, and the answer must not be lost.
    for (auto rules = fault.rules.rbegin(); rules != fault.rules.rend(); ++rules)
        healed = rules->heal();
    if (fault.detour) co_return fault.detour->heal();
    if (fault.standstill) {
        fault.standstill->heal();
        co_await bench_.gathering.leave(host, subject_);
        co_return testbed::wall_now();
    }
    if (fault.cut_off) {
        fault.cut_off->heal();
        co_await bench_.gathering.leave(host, subject_);
        co_return testbed::wall_now();
    }
    if (fault.crash) {
        co_await begin_anew(host, fault);
        co_return testbed::wall_now();
    }
    if (has_names(host)) {
        let_names_serve(host);
        co_return healed;  // what was held back comes after that
    }
    if (!fault.rules.empty()) co_return healed;
    const auto sources = lab.sources(subject_);
    if (has_files(host)) {
        lab.configuration(host).behave(sources);
        co_return testbed::wall_now();
    }
    for (const auto& source : sources) {
        co_await lab.server(host).forget(source);
    }
    co_return testbed::wall_now();
}

asio::awaitable<void> Faults::treat(std::string host, scenario::Treatment treatment) {
    if (active_.contains(host)) co_return;
    const auto id = "fault-" + std::to_string(++bench_.faults);
    const auto method = method_of(treatment);
    Fault made{id, std::move(treatment)};
    for (const auto& inquiry : inquiries(host, made))
        if (inquiry.nth == 1) co_await probe(host, "keyed", "before", id, method, inquiry);
    if (is_everybodys(made.treatment) && !co_await bench_.gathering.join(host, subject_)) co_return;
    auto& fault = active_.emplace(host, std::move(made)).first->second;
    const auto onset = co_await begin(host, fault);
    tell(onset, host, std::string(to_string(fault.treatment.kind)), fault.treatment.operands(),
         "on", id);
    for (const auto& inquiry : inquiries(host, fault)) {
        probe_beside(host, "keyed", "during", id, method, inquiry);
        if (inquiry.nth == 1 && !is_everybodys(fault.treatment))
            probe_beside(host, "unkeyed", "during", id, method, inquiry);
    }
}

asio::awaitable<void> Faults::heal(std::string host) {
    const auto found = active_.find(host);
    if (found == active_.end()) co_return;
    auto fault = std::move(found->second);
    const auto healed = co_await undo(host, fault);
    active_.erase(found);
    timeline::Fields more;
    if (fault.treatment.takes_away(scenario::Treatment::Lost::answers))
        more.emplace("lost_answers", std::to_string(fault.lost_answers));
    if (fault.detour) {
        const auto& counts = fault.detour->counts();
        more.emplace("datagrams_in", std::to_string(counts.datagrams_in));
        more.emplace("datagrams_out", std::to_string(counts.datagrams_out));
        more.emplace("lost", std::to_string(counts.lost));
        const std::chrono::duration<double, std::milli> late = fault.detour->held_up();
        bench_.log.write(
            bench_.clock.now(), subject_, "rig.lag",
            {{"late_ms", std::to_string(late.count())}, {"what", "the way to " + host}});
    }
    tell(healed, host, std::string(to_string(fault.treatment.kind)), fault.treatment.operands(),
         "off", fault.id, std::move(more));
    for (const auto& inquiry : inquiries(host, fault))
        if (inquiry.nth == 1)
            co_await probe(host, "keyed", "after", fault.id, method_of(fault.treatment), inquiry);
}

std::string Faults::at(const std::string& host) const {
    const auto found = active_.find(host);
    if (found == active_.end()) return {};
    const auto& treatment = found->second.treatment;
    const auto operands = treatment.operands();
    return std::string(to_string(treatment.kind)) + (operands.empty() ? "" : " " + operands);
}

bool Faults::is_dead(const std::string& host) const {
    const auto found = active_.find(host);
    return found != active_.end() &&
           (is_death(found->second.treatment) || is_everybodys(found->second.treatment));
}

asio::awaitable<void> Faults::heal_all() {
    std::vector<std::string> hosts;
    for (const auto& [host, fault] : active_) hosts.push_back(host);
    for (const auto& host : hosts) co_await heal(host);
}

asio::awaitable<void> Faults::set_zone(std::string zone) {
    const auto id = "fault-" + std::to_string(++bench_.faults);
    const auto& topology = bench_.scenario.topology;
    std::vector<std::string> names;
    for (const auto& host : topology.hosts)
        if (host.runs == scenario::HostRuns::dns) names.push_back(host.role);
    for (const auto& host : names) co_await probe(host, "keyed", "before", id);
    for (const auto& host : names) {
        for (const auto& source : bench_.lab.sources(subject_))
            bench_.lab.dns(host).names().replace_zone(scenario::address_value(source),
                                                      topology.zones.at(zone));
        tell(testbed::wall_now(), host, "zone", zone, "on", id);
        probe_beside(host, "keyed", "during", id);
        probe_beside(host, "unkeyed", "during", id);
    }
}

}  // namespace twinline::run
