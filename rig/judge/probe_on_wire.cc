// Probes in the capture; see probe_on_wire.hh.
#include "rig/judge/probe_on_wire.hh"

#include <cstdlib>
#include <string>

namespace twinline::judge {

namespace {

using timeline::Event;
using timeline::Timeline;

// What a download that is given up says is no answer when nothing had come.
bool is_answer(const Event& event) {
    return event.field("outcome") != "cut" || !event.field("status").empty() ||
           event.field("bytes") != "0";
}

// The same of a probe for a file, by its name and its socket.
Seen download_on_the_wire(const Timeline& observed, const Event& probe) {
    Seen seen;
    const auto file = probe.field("download"), socket = probe.field("socket");
    const auto keep = [&](const Event*& place, const Event& event) {
        if (place == nullptr) place = &event;
        if (event.frame) seen.frames.push_back(*event.frame);
    };
    for (const auto& event : observed) {
        if (!event.subject.starts_with("probe-") || event.peer != probe.field("host")) continue;
        auto path = event.field("path");
        path.remove_prefix(path.starts_with('/') ? 1 : 0);
        const bool asks = socket.empty() ? event.kind == "config.request" && path == file
                                         : event.kind == "tcp.syn" && event.field("src") == socket;
        if (asks) keep(seen.question, event);
        if (seen.question == nullptr || event.subject != seen.question->subject) continue;
        // A server that lets nobody in says so before a file is named.
        if (event.kind == "config.response" && (path == file || path.empty()) && is_answer(event))
            keep(seen.answer, event);
        if (event.kind == "icmp.unreachable" ||
            (event.kind == "tcp.rst" && event.field("dst") == socket && !socket.empty()))
            keep(seen.refusal, event);
    }
    return seen;
}

// In virtual time a probe for a file is the last that its address asked this server for.
Seen on_the_wire_of_files(const Timeline& observed, const Event& probe) {
    Seen seen;
    const auto asker =
        "probe-" +
        (probe.field("from") == "keyed" ? probe.subject : std::string(probe.field("from")));
    for (const auto& event : observed) {
        if (event.subject != asker || event.peer != probe.field("host") || event.at > probe.at)
            continue;
        const bool tftp = event.field("protocol") == "tftp";
        const bool asks =
            event.kind == "config.attempt" || (event.kind == "config.request" && tftp);
        if (asks) seen = {};
        if (event.kind == "config.response") seen.answer = &event;
        if (event.kind == "tcp.rst" || event.kind == "icmp.unreachable") seen.refusal = &event;
        if (asks) seen.question = &event;
        if (event.frame) seen.frames.push_back(*event.frame);
    }
    return seen;
}

}  // namespace

Seen on_the_wire(const Timeline& observed, const Event& probe) {
    if (!probe.field("download").empty()) return download_on_the_wire(observed, probe);
    if (!probe.field("file").empty()) return on_the_wire_of_files(observed, probe);
    Seen seen;
    const auto keep = [&](const Event*& place, const Event& event) {
        if (place == nullptr) place = &event;
        if (event.frame) seen.frames.push_back(*event.frame);
    };
    const auto dns_id = probe.field("dns_id");
    const auto call_id = probe.field("call_id");
    const auto transaction = probe.field("transaction");
    const auto socket = probe.field("socket");
    for (const auto& event : observed) {
        if (!socket.empty() && event.kind == "tcp.syn" && event.field("src") == socket)
            keep(seen.question, event);
        if (!socket.empty() && event.kind == "tcp.rst" && event.field("dst") == socket)
            keep(seen.refusal, event);
        const bool of_dns = !dns_id.empty() && event.field("id") == dns_id &&
                            event.subject.starts_with("probe-") && event.kind.starts_with("dns.");
        const bool of_sip =
            !call_id.empty() && event.field("call_id") == call_id && event.kind.starts_with("sip.");
        const bool of_stun = !transaction.empty() && event.field("transaction") == transaction &&
                             event.subject.starts_with("probe-") &&
                             event.kind.starts_with("keepalive.");
        const bool asks = event.kind == "sip.request" || event.kind == "dns.query" ||
                          event.kind == "keepalive.ping";
        if (of_dns || of_sip || of_stun) keep(asks ? seen.question : seen.answer, event);
        if (seen.question != nullptr && event.kind == "icmp.unreachable" &&
            event.subject == seen.question->subject && event.peer == seen.question->peer)
            keep(seen.refusal, event);
    }
    return seen;
}

std::string_view Seen::status() const {
    if (answer == nullptr) return {};
    const auto text = answer->field(answer->kind == "dns.response" ? "rcode" : "status");
    constexpr std::string_view of_tftp = "error ";
    return text.starts_with(of_tftp) ? text.substr(of_tftp.size()) : text;
}

unsigned long Seen::bytes() const {
    return answer == nullptr
               ? 0
               : std::strtoul(std::string(answer->field("bytes")).c_str(), nullptr, 10);
}

}  // namespace twinline::judge
