// One OPTIONS per question; its answer counts within 600 ms, as in the lab.
#include "rig/shadow/probe.hh"

#include "reference_impl/wire/sip_message.hh"
#include "rig/scenario/cast.hh"

#include <algorithm>

namespace twinline::shadow {

namespace {

constexpr std::chrono::milliseconds patience{600};
constexpr std::chrono::milliseconds settle{20};  // time for the answer before the onset
constexpr std::uint16_t sip_port = 5060;
constexpr std::uint16_t probe_port = 5099;

wire::Ipv4 address(std::string_view dotted) { return {scenario::address_value(dotted)}; }

std::string options(const std::string& call_id, const wire::Endpoint& source,
                    const wire::Endpoint& host) {
    wire::SipMessage message;
    message.method = message.cseq_method = "OPTIONS";
    message.request_uri = "sip:" + wire::to_string(host);
    message.via = {{"UDP",
                    wire::to_string(source.address),
                    source.port,
                    "z9hG4bK" + call_id,
                    {{"rport", ""}}}};
    message.from = {"", "sip:probe@" + wire::to_string(source.address), {{"tag", call_id}}};
    message.to = {"", message.request_uri, {}};
    message.call_id = call_id;
    message.cseq = 1;
    message.max_forwards = 70;
    return wire::serialise(message);
}

}  // namespace

void Probe::tell(std::string kind, const std::string& subject, timeline::Fields fields) {
    timeline::Event event;
    event.at = world_.time();
    event.subject = subject;
    event.kind = std::move(kind);
    event.fields = std::move(fields);
    sink_(std::move(event));
}

void Probe::ask(const std::string& subject, const std::string& host, const std::string& from,
                const std::string& phase, const std::string& fault_id) {
    const auto call_id = "probe-" + std::to_string(++asked_);
    open_.emplace(call_id, Question{subject, host, from, phase, fault_id});
    const auto& place = topology_.subjects.at(subject);
    const wire::Endpoint source{address(from == "keyed" ? place.probe : topology_.unkeyed_probe),
                                probe_port};
    const wire::Endpoint target{address(topology_.find(host)->address), sip_port};
    world_.send({world_.time(), source, target, options(call_id, source, target)});
    world_.schedule(world_.time() + patience, [this, call_id] { conclude(call_id); });
}

void Probe::hear(const timeline::Event& event) {
    if (event.kind != "sip.response") return;
    if (const auto question = open_.find(std::string(event.field("call_id")));
        question != open_.end())
        question->second.answered = true;
}

void Probe::conclude(const std::string& call_id) {
    const auto question = open_.extract(call_id);
    if (question.empty()) return;
    const auto& q = question.mapped();
    tell("rig.probe", q.subject,
         {{"host", q.host},
          {"from", q.from},
          {"phase", q.phase},
          {"result", q.answered ? "answered" : "silent"},
          {"call_id", call_id},
          {"fault_id", q.fault_id}});
}

void Probe::ready(const std::string& subject) {
    for (const auto& host : topology_.hosts)
        if (host.runs == scenario::HostRuns::kamailio) ask(subject, host.role, "keyed", "ready");
}

void Probe::silence(const std::string& subject, const std::string& host) {
    const auto id = "fault-" + std::to_string(++faults_);
    if (!silenced_.emplace(std::pair(subject, host), id).second) return;  // silent already
    ask(subject, host, "keyed", "before", id);
    world_.schedule(world_.time() + settle, [this, subject, host, id] {
        if (!silenced_.contains({subject, host})) return;  // healed in the meantime
        const auto target = address(topology_.find(host)->address);
        const auto& place = topology_.subjects.at(subject);
        world_.silence(target, address(place.phone));
        world_.silence(target, address(place.probe));
        tell("rig.fault", subject,
             {{"fault", "silence"}, {"host", host}, {"state", "on"}, {"fault_id", id}});
        ask(subject, host, "keyed", "during", id);
        ask(subject, host, "unkeyed", "during", id);
    });
}

void Probe::heal(const std::string& subject, const std::string& host) {
    const auto fault = silenced_.extract({subject, host});
    if (fault.empty()) return;
    const auto& id = fault.mapped();
    const auto target = address(topology_.find(host)->address);
    const auto& place = topology_.subjects.at(subject);
    world_.heal(target, address(place.phone));
    world_.heal(target, address(place.probe));
    tell("rig.fault", subject,
         {{"fault", "silence"}, {"host", host}, {"state", "off"}, {"fault_id", id}});
    ask(subject, host, "keyed", "after", id);
}

void Probe::heal_all(const std::string& subject) {
    const auto faults = silenced_;
    for (const auto& [where, id] : faults)
        if (where.first == subject) heal(subject, where.second);
}

void Probe::finish() {
    while (!open_.empty() && world_.step()) {
    }
}

}  // namespace twinline::shadow
