// One request per question, as a rule OPTIONS, a ping of STUN where keep-alives are muted; its
// answer counts within 600 ms, as in the lab.
#include "rig/shadow/probe.hh"

#include "reference_impl/wire/dns_message.hh"
#include "reference_impl/wire/sip_message.hh"
#include "reference_impl/wire/stun.hh"
#include "rig/scenario/cast.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinline::shadow {

namespace {

constexpr std::chrono::milliseconds patience{600};
constexpr std::chrono::milliseconds settle{20};  // time for the answer before the onset
constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t probe_port = 5099;
constexpr std::uint16_t sip_port = 5060;
constexpr unsigned first_connection = 1U << 30U;  // beyond those of the phones

std::string request(const std::string& method, const std::string& call_id,
                    const wire::Endpoint& source, const wire::Endpoint& host,
                    const std::string& transport = "UDP") {
    wire::SipMessage message;
    message.method = message.cseq_method = method;
    message.request_uri = (method == "INVITE" ? "sip:probe@" : "sip:") + wire::to_string(host);
    message.via = {{transport,
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

// As the timeline shows it.
std::string in_hexadecimal(std::string_view octets) {
    std::string text;
    for (const char c : octets) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

timeline::Fields described(const std::string& host, const scenario::Treatment& treatment) {
    timeline::Fields fields{{"fault", std::string(to_string(treatment.kind))}, {"host", host}};
    if (const auto operands = treatment.operands(); !operands.empty())
        fields.emplace("operands", operands);
    return fields;
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

void Probe::tell_fault(const std::string& subject, const std::string& host, const Fault& fault,
                       const std::string& state, timeline::Fields more) {
    auto fields = described(host, fault.treatment);
    fields.merge(more);
    fields.insert({{"state", state}, {"fault_id", fault.id}});
    tell("rig.fault", subject, std::move(fields));
}

// What is asked is what the fault is about; a name server is asked for the SOA of its zone.
void Probe::ask(const std::string& subject, const std::string& host_role, const std::string& from,
                const std::string& when, const std::string& fault_id,
                const scenario::Treatment& treatment, const scenario::Inquiry& inquiry) {
    using Asks = scenario::Inquiry::Asks;
    const auto number = ++asked_;
    const auto& host = *topology_.find(host_role);
    const bool outward = inquiry.asks == Asks::outward;
    const bool names = host.runs == scenario::HostRuns::dns && !outward;
    const bool files = host.runs == scenario::HostRuns::configuration;
    const bool keepalive = treatment.kind == scenario::Treatment::Kind::mute;
    const auto transaction = fmt::format("{:012}", number);
    const auto key = names       ? std::to_string(number)
                     : keepalive ? in_hexadecimal(transaction)
                                 : "probe-" + std::to_string(number);
    open_.emplace(key, Question{subject, host_role, from, inquiry.phase(when), fault_id,
                                names       ? "dns_id"
                                : files     ? "file"
                                : keepalive ? "transaction"
                                            : "call_id"});
    const auto& place = topology_.subjects.at(subject);
    const wire::Endpoint source{address(from == "keyed" ? place.probe : topology_.unkeyed_probe),
                                probe_port};
    world_.schedule(world_.time() + patience + inquiry.longer, [this, key] { conclude(key); });
    if (files) return ask_for_file(key, host, source.address, patience + inquiry.longer);
    if (inquiry.asks == Asks::over_tls) return ask_securely(key, host, source.address);
    const wire::Endpoint target{address(host.address), names ? dns_port : host.port};
    if (names) return ask_names(key, inquiry, source, target);
    if (outward) {
        const wire::Endpoint from_host{target.address, probe_port}, heard{source.address, sip_port};
        return world_.send_from_host(
            {world_.time(), from_host, heard, request("OPTIONS", key, from_host, heard)});
    }
    if (keepalive)
        return world_.send({world_.time(), source, target,
                            wire::serialise(wire::StunMessage{wire::StunMessage::Kind::request,
                                                              transaction, std::nullopt})});
    const auto method = treatment.method.empty() ? "OPTIONS" : treatment.method;
    world_.send({world_.time(), source, target, request(method, key, source, target)});
}

void Probe::ask_names(const std::string& key, const scenario::Inquiry& inquiry,
                      const wire::Endpoint& source, const wire::Endpoint& target) {
    using Asks = scenario::Inquiry::Asks;
    wire::DnsQuestion question{topology_.domain, wire::DnsType::soa};
    if (inquiry.asks == Asks::several)
        if (const auto several = dns::several_in(topology_.zone))
            question = {several->name, static_cast<wire::DnsType>(several->type)};
    const auto query = wire::serialise_query(static_cast<std::uint16_t>(std::stoul(key)), question);
    if (inquiry.asks == Asks::over_tcp) return ask_over_tcp(key, source, target, query);
    world_.send({world_.time(), source, target, query});
}

// As soon as a connection would be there the query goes over it; each with its length before it
// (RFC 1035 section 4.2.2).
void Probe::ask_over_tcp(const std::string& key, const wire::Endpoint& source,
                         const wire::Endpoint& target, const std::string& query) {
    const auto number = static_cast<unsigned>(std::stoul(key));
    world::Packet packet{world_.time(), source, target, {}};
    packet.source.port = static_cast<std::uint16_t>(source.port + number);
    packet.segment = world::Segment{first_connection + number, wire::Transport::tcp,
                                    world::Segment::Kind::syn, 0, 0};
    open_.at(key).socket = wire::to_string(packet.source);
    world_.send(packet);
    packet.segment->kind = world::Segment::Kind::data;
    packet.payload = {static_cast<char>(query.size() >> 8U),
                      static_cast<char>(query.size() & 0xffU)};
    packet.payload += query;
    open_.at(key).connected = [this, packet] { world_.send(packet); };
}

// Nothing is said to a server whose certificate is not to be trusted.
void Probe::ask_securely(const std::string& key, const scenario::Host& host, wire::Ipv4 source) {
    world::Packet packet{world_.time(),
                         {source, static_cast<std::uint16_t>(probe_port + asked_)},
                         {address(host.address), static_cast<std::uint16_t>(host.port + 1)},
                         {}};
    packet.segment = world::Segment{first_connection + asked_, wire::Transport::tls,
                                    world::Segment::Kind::syn, 0, 0};
    open_.at(key).socket = wire::to_string(packet.source);
    world_.send(packet);
    packet.segment->kind = world::Segment::Kind::data;
    packet.payload = request("OPTIONS", key, packet.source, packet.destination, "TLS");
    auto& question = open_.at(key);
    question.connected = [this, packet, &question] {
        question.untrusted =
            world_.is_distrusted(packet.destination.address, packet.source.address);
        if (!question.untrusted) world_.send(packet);
    };
}

// The longest that the server has, so that a fault within files shows.
void Probe::ask_for_file(const std::string& key, const scenario::Host& host, wire::Ipv4 source,
                         wire::Duration longest_wait) {
    phone::Fetch fetch;
    fetch.protocol =
        config::parse_download_protocol(topology_.configuration.protocol).value_or(fetch.protocol);
    fetch.remote = {address(host.address), host.port};
    fetch.name = host.address;
    fetch.limits = {1U << 20U, longest_wait, longest_wait};
    std::size_t longest = 0;
    for (const auto& [name, text] : topology_.configuration.files) {
        if (name == "MAC.cfg" || text.size() < longest || topology_.file_of(host, name) == nullptr)
            continue;
        fetch.path = "/" + name;
        longest = text.size();
    }
    world_.ask_for_file(source, fetch, [this, key](const phone::Fetched& fetched) {
        const auto question = open_.find(key);
        if (question == open_.end()) return;
        using Outcome = phone::Fetched::Outcome;
        question->second.status = fetched.status;
        question->second.refused = fetched.outcome == Outcome::unreachable;
        question->second.untrusted = fetched.outcome == Outcome::bad_certificate;
        conclude(key);
    });
}

void Probe::hear(const timeline::Event& event) {
    if (!event.subject.starts_with("probe-")) return;
    if (event.kind == "icmp.unreachable") {
        for (auto& [key, question] : open_)
            if (event.peer == question.host &&
                event.subject == scenario::probe_name(question.from == "keyed" ? question.subject
                                                                               : question.from))
                question.refused = true;
        return;
    }
    if (event.kind == "keepalive.pong") {
        if (const auto question = open_.find(std::string(event.field("transaction")));
            question != open_.end())
            question->second.status = event.field("error").empty() ? "pong" : "error";
        return;
    }
    if (event.kind == "tcp.rst" || event.kind == "tcp.synack") {
        for (auto& [key, question] : open_) {
            if (question.socket.empty() || question.socket != event.field("dst")) continue;
            if (event.kind == "tcp.rst") {
                question.refused = true;
            } else if (question.connected) {
                world_.schedule(world_.time(),
                                [this, key = key, go_on = std::exchange(question.connected, {})] {
                                    if (open_.contains(key)) go_on();
                                });
            }
        }
        return;
    }
    const bool names = event.kind == "dns.response";
    if (!names && event.kind != "sip.response") return;
    if (const auto question = open_.find(std::string(event.field(names ? "id" : "call_id")));
        question != open_.end())
        question->second.status = event.field(names ? "rcode" : "status");
}

void Probe::conclude(const std::string& key) {
    const auto question = open_.extract(key);
    if (question.empty()) return;
    const auto& q = question.mapped();
    timeline::Fields fields{{"host", q.host},
                            {"from", q.from},
                            {"phase", q.phase},
                            {"result", !q.status.empty() ? "answered"
                                       : q.refused       ? "refused"
                                       : q.untrusted     ? "untrusted"
                                                         : "silent"},
                            {q.id_field, key},
                            {"fault_id", q.fault_id}};
    if (!q.status.empty()) fields.emplace("status", q.status);
    if (!q.socket.empty()) fields.emplace("socket", q.socket);
    tell("rig.probe", q.subject, std::move(fields));
}

void Probe::ready(const std::string& subject) {
    for (const auto& host : topology_.hosts)
        if (host.runs != scenario::HostRuns::dns) ask(subject, host.role, "keyed", "ready");
}

void Probe::treat(const std::string& subject, const std::string& host,
                  const scenario::Treatment& treatment) {
    const Fault fault{"fault-" + std::to_string(++faults_), treatment};
    if (!treated_.emplace(std::pair(subject, host), fault).second) return;  // it has one already
    const auto inquiries = scenario::inquiries(*topology_.find(host), treatment);
    for (const auto& inquiry : inquiries)
        if (inquiry.nth == 1) ask(subject, host, "keyed", "before", fault.id, treatment, inquiry);
    world_.schedule(world_.time() + settle, [this, subject, host, fault, inquiries] {
        if (!treated_.contains({subject, host})) return;  // healed in the meantime
        const auto target = address(topology_.find(host)->address);
        const auto& place = topology_.subjects.at(subject);
        world_.treat(target, address(place.phone), fault.treatment);
        world_.treat(target, address(place.probe), fault.treatment);
        tell_fault(subject, host, fault, "on");
        for (const auto& inquiry : inquiries) {
            world_.schedule(world_.time() + inquiry.later, [this, subject, host, fault, inquiry] {
                ask(subject, host, "keyed", "during", fault.id, fault.treatment, inquiry);
            });
            if (inquiry.nth == 1 && !is_everybodys(fault.treatment))
                ask(subject, host, "unkeyed", "during", fault.id, fault.treatment, inquiry);
        }
    });
}

void Probe::set_zone(const std::string& subject, const std::string& zone) {
    const auto id = "fault-" + std::to_string(++faults_);
    for (const auto& host : topology_.hosts)
        if (host.runs == scenario::HostRuns::dns) ask(subject, host.role, "keyed", "before", id);
    world_.schedule(world_.time() + settle, [this, subject, zone, id] {
        const auto& place = topology_.subjects.at(subject);
        for (const auto& source : {place.phone, place.probe})
            world_.set_zone(address(source), topology_.zones.at(zone));
        for (const auto& host : topology_.hosts) {
            if (host.runs != scenario::HostRuns::dns) continue;
            tell("rig.fault", subject,
                 {{"fault", "zone"},
                  {"host", host.role},
                  {"operands", zone},
                  {"state", "on"},
                  {"fault_id", id}});
            ask(subject, host.role, "keyed", "during", id);
            ask(subject, host.role, "unkeyed", "during", id);
        }
    });
}

void Probe::heal(const std::string& subject, const std::string& host) {
    const auto treated = treated_.extract({subject, host});
    if (treated.empty()) return;
    const auto& fault = treated.mapped();
    const auto target = address(topology_.find(host)->address);
    const auto& place = topology_.subjects.at(subject);
    timeline::Fields more;
    if (fault.treatment.takes_away(scenario::Treatment::Lost::answers))
        more.emplace("lost_answers",
                     std::to_string(world_.lost_answers(target, address(place.probe))));
    world_.heal(target, address(place.phone));
    world_.heal(target, address(place.probe));
    tell_fault(subject, host, fault, "off", std::move(more));
    for (const auto& inquiry : scenario::inquiries(*topology_.find(host), fault.treatment))
        if (inquiry.nth == 1)
            ask(subject, host, "keyed", "after", fault.id, fault.treatment, inquiry);
}

void Probe::heal_all(const std::string& subject) {
    const auto faults = treated_;
    for (const auto& [where, fault] : faults)
        if (where.first == subject) heal(subject, where.second);
}

void Probe::finish() {
    while (!open_.empty() && world_.step()) {
    }
}

}  // namespace twinline::shadow
