// Servers that take calls, and what a test wants to know of them.
#pragma once

#include "reference_impl/wire/sdp.hh"
#include "tests/phone/yealink_bench.hh"

namespace twinline::test {

inline wire::SessionDescription far_sdp() {
    wire::SessionDescription sdp;
    sdp.address = endpoint("192.0.2.90:4000").address;
    sdp.audio_port = 4000;
    sdp.formats = {{0, wire::Encoding::pcmu}};
    return sdp;
}

inline wire::SipMessage take_call(const wire::SipMessage& request) {
    auto response = answer(request, 200);
    response.contact = {{"", "sip:2000@192.0.2.90:5060", {}}};
    response.record_route = {{"", "sip:192.0.2.99;lr", {}}};
    response.content_type = "application/sdp";
    response.body = wire::serialise(far_sdp());
    return response;
}

// Grants registrations and takes every call at once.
inline PhoneBench::Server switchboard(std::uint32_t expires = 3600) {
    return [expires](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "REGISTER") return ok(request, expires);
        if (request.method == "ACK") return std::nullopt;
        return request.method == "INVITE" ? take_call(request) : answer(request, 200);
    };
}

// Grants registrations and answers INVITE so; 0: not at all.
inline PhoneBench::Server answers_invite(int status) {
    return [status](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "REGISTER") return ok(request);
        if (request.method == "ACK" || (request.method == "INVITE" && status == 0))
            return std::nullopt;
        return answer(request, request.method == "INVITE" ? status : 200);
    };
}

inline std::vector<Sent> sent(const PhoneBench& bench, std::string_view method,
                              std::string_view host = {}) {
    std::vector<Sent> some;
    for (const auto& s : bench.sip())
        if (s.sip.method == method && (host.empty() || s.host() == host)) some.push_back(s);
    return some;
}

inline std::vector<wire::Duration> invites(const PhoneBench& bench, std::string_view host,
                                           wire::Duration since) {
    std::vector<wire::Duration> times;
    for (const auto& s : sent(bench, "INVITE", host)) times.push_back(s.at - since);
    return times;
}

// A call for the phone from the primary.
inline wire::SipMessage invitation(const std::string& branch = "z9hG4bKfar",
                                   bool with_offer = true) {
    wire::SipMessage invite;
    invite.method = invite.cseq_method = "INVITE";
    invite.request_uri = "sip:1001@192.0.2.100:5060";
    invite.via = {{"UDP", "192.0.2.11", 5060, branch, {}}};
    invite.from = {"", "sip:2000@pbx.test", {{"tag", "caller"}}};
    invite.to = {"", "sip:1001@pbx.test", {}};
    invite.call_id = "call-" + branch;
    invite.cseq = 7;
    invite.max_forwards = 70;
    invite.contact = {{"", "sip:2000@192.0.2.90:5060", {}}};
    if (with_offer) {
        invite.content_type = "application/sdp";
        invite.body = wire::serialise(far_sdp());
    }
    return invite;
}

// A phone that is registered at the primary of pbx.test, 10 s after power-on.
struct Caller {
    PhoneBench bench;
    wire::Duration dialled{};

    explicit Caller(config::PhoneConfig config = yealink_failover(), Readings readings = {},
                    std::uint32_t ttl = 3600)
        : bench(std::move(config), 1, {}, std::move(readings)) {
        publish_pbx(bench, ttl);
        bench.servers[primary] = bench.servers[secondary] = switchboard();
        bench.power_on();
        bench.run_until(10s);
    }
    // The primary says nothing more.
    Caller& dies() {
        bench.servers.erase(primary);
        return *this;
    }
    Caller& dial() {
        dialled = bench.now();
        bench.input(phone::Dial{1, "2000"});
        return *this;
    }
    Caller& run(wire::Duration duration) {
        bench.run_until(bench.now() + duration);
        return *this;
    }
    Caller& hang_up() {
        bench.input(phone::HangUp{});
        return run(1s);
    }
};

}  // namespace twinline::test
