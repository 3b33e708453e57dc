// RFC 3261 sections 9.1, 13.2 and 17.1 as far as a phone can tell from outside; it is content with
// any answer.
#include "rig/world/callers.hh"

#include "reference_impl/wire/text.hh"
#include "rig/world/callee.hh"

#include <algorithm>

namespace twinline::world {

namespace {

using namespace std::chrono_literals;

constexpr wire::Duration t1 = 500ms, t2 = 4s, gives_up = 64 * t1;

}  // namespace

void Callers::call(wire::Instant now, const wire::Endpoint& host, wire::Ipv4 phone) {
    const Link link(host.address, phone);
    auto known = location_.of(now, host.address, phone);
    std::erase_if(known, [&](const Binding& binding) { return binding.user != called_; });
    if (known.empty()) return;
    const auto& binding = known.back();
    const auto server = wire::to_string(host);
    const auto id = std::to_string(++counter_);
    wire::SipMessage invite;
    invite.method = invite.cseq_method = "INVITE";
    invite.request_uri = binding.contact;
    invite.via = {
        {binding.transport, wire::to_string(host.address), host.port, "z9hG4bK-caller-" + id, {}}};
    invite.from = {"", "sip:" + number_ + "@" + server, {{"tag", "caller-" + id}}};
    invite.to = {"", "sip:" + called_ + "@" + server, {}};
    invite.call_id = "caller-" + id + "@" + wire::to_string(host.address);
    invite.cseq = 1;
    invite.max_forwards = 70;
    invite.contact = {{"", invite.from.uri, {}}};
    invite.record_route = {{"", "sip:" + server + ";lr", {}}};
    invite.content_type = "application/sdp";
    invite.body = session_at(host);
    auto& call = calls_.insert_or_assign(link, Call{binding, invite}).first->second;
    transact(host.address, call, invite);
}

void Callers::hang_up(wire::Ipv4 host, wire::Ipv4 phone) {
    const auto found = calls_.find(Link(host, phone));
    if (found == calls_.end()) return;
    auto& call = found->second;
    if (call.phase == Call::Phase::talking) {
        call.phase = Call::Phase::over;
        return transact(host, call, begin(call, "BYE"));
    }
    call.given_up = true;
    if (call.phase == Call::Phase::ringing) cancel(host, call);
}

void Callers::cancel(wire::Ipv4 host, Call& call) {
    auto request = begin(call, "CANCEL");
    request.via = call.invite.via;
    request.to = call.invite.to;
    request.request_uri = call.invite.request_uri;
    request.cseq = call.invite.cseq;
    transact(host, call, request);
}

void Callers::hear(wire::Ipv4 host, const wire::Endpoint& source,
                   const wire::SipMessage& response) {
    const Link link(host, source.address);
    auto* call = find(link, response.call_id);
    if (call == nullptr) return;
    if (response.cseq_method == call->awaited) call->awaited.clear();
    if (response.cseq_method != "INVITE") return;
    if (response.status >= 200) return acknowledge(host, *call, response);
    const bool first = call->phase == Call::Phase::calling;
    if (first) call->phase = Call::Phase::ringing;
    if (first && call->given_up) cancel(host, *call);
}

// Each time that it comes.
void Callers::acknowledge(wire::Ipv4 host, Call& call, const wire::SipMessage& response) {
    const bool accepted = response.status < 300;
    auto ack = begin(call, "ACK");
    ack.to = response.to;
    ack.cseq = call.invite.cseq;
    if (accepted && !response.contact.empty())
        ack.request_uri = response.contact.front().uri;
    else
        ack.via = call.invite.via;
    surroundings_.send(host, call.phone.source, ack);
    if (call.phase == Call::Phase::talking || call.phase == Call::Phase::over) return;
    call.phase = accepted ? Call::Phase::talking : Call::Phase::over;
    call.answer = response;
    if (accepted && call.given_up) hang_up(host, call.phone.source.address);
}

void Callers::over(wire::Ipv4 host, wire::Ipv4 phone, const std::string& call_id) {
    if (auto* call = find(Link(host, phone), call_id)) call->phase = Call::Phase::over;
}

Callers::Call* Callers::find(const Link& link, const std::string& call_id) {
    const auto found = calls_.find(link);
    return found != calls_.end() && found->second.invite.call_id == call_id ? &found->second
                                                                            : nullptr;
}

// A request of the same call, in its dialog once there is one.
wire::SipMessage Callers::begin(const Call& call, std::string method) const {
    auto request = call.invite;
    request.method = request.cseq_method = std::move(method);
    request.via.front().branch += "-" + request.method;
    request.record_route.clear();
    request.content_type.clear();
    request.body.clear();
    ++request.cseq;
    if (call.phase == Call::Phase::talking || call.phase == Call::Phase::over) {
        request.to = call.answer.to;
        if (!call.answer.contact.empty()) request.request_uri = call.answer.contact.front().uri;
    }
    return request;
}

void Callers::transact(wire::Ipv4 host, Call& call, const wire::SipMessage& request) {
    call.awaited = request.method;
    repeat({host, call.phone.source.address}, request, t1, gives_up);
}

// A stream carries it once.
void Callers::repeat(Link link, wire::SipMessage request, wire::Duration interval,
                     wire::Duration left) {
    const auto* call = find(link, request.call_id);
    if (call == nullptr || call->awaited != request.method || left <= wire::Duration{}) return;
    surroundings_.send(link.first, call->phone.source, request);
    if (call->phone.transport != "UDP") return;
    surroundings_.after(interval, [this, link, request, interval, left] {
        const auto doubled = 2 * interval;
        repeat(link, request, request.method == "INVITE" ? doubled : std::min(doubled, t2),
               left - interval);
    });
}

}  // namespace twinline::world
