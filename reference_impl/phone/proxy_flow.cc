// A flow here is begun by its first ping, for the proxy is asked for nothing else.
#include "reference_impl/phone/proxy_flow.hh"

#include <fmt/format.h>

#include <utility>

namespace twinline::phone {

void ProxyFlow::open(wire::Instant now) {
    if (is_open()) return;
    failures_ = 0;
    begin(now);
}

void ProxyFlow::close() {
    state_ = State::off;
    flow_.reset();
    route_.reset();
    wake_.reset();
    failures_ = 0;
}

void ProxyFlow::begin(wire::Instant now) {
    wake_.reset();
    flow_.reset();
    route_.emplace(context_, resolver_, account_, std::vector{leg_}, Candidates::Purpose::call,
                   Route::Known{});
    route_->advance(now);
    take_hop(now);
}

void ProxyFlow::take_hop(wire::Instant now) {
    switch (route_->state()) {
        case Route::State::idle:
        case Route::State::locating:
            state_ = State::locating;
            return;
        case Route::State::exhausted:
            return failed(now, {route_->reason(), route_->clauses()});
        case Route::State::at_hop:
            state_ = State::flowing;
            flow_.emplace(context_, route_->hop().target,
                          Flow::Interval{.configured = account_.keep_alive}, now,
                          Flow::Begin::at_once);
            flow_->on_deadline(now);
    }
}

// The next of its addresses is tried at once, all of them again after a while (RFC-5626-06).
void ProxyFlow::failed(wire::Instant now, Flow::Failure failure) {
    flow_.reset();
    if (route_->state() == Route::State::at_hop) {
        route_->advance(now);
        if (route_->state() != Route::State::exhausted) return take_hop(now);
    }
    state_ = State::waiting;
    wake_ = now + recovery_wait(context_, Recovery::of_a_flow,
                                fmt::format("{} through {}", account_.index, leg_.first_hop().host),
                                failures_, leg_.place == 0);
    ++failures_;
    failure.clauses.emplace_back("RFC-5626-06");
    context_.say(Decided{{.what = "wait",
                          .text = failure.reason + "; tries its flow to the proxy again later",
                          .clauses = context_.cite({.aastra = "AA-OBP-04"}, failure.clauses),
                          .keys = {until_key(*wake_)}}});
}

void ProxyFlow::watch(wire::Instant now) {
    if (!flow_) return;
    if (flow_->failure())
        failed(now, *flow_->failure());
    else if (flow_->is_confirmed())
        failures_ = 0;
}

void ProxyFlow::on_pong(wire::Instant now, const wire::Endpoint& server) {
    if (flow_) flow_->on_pong(now, server);
    watch(now);
}

void ProxyFlow::on_stun(wire::Instant now, const wire::StunMessage& answer,
                        const wire::Endpoint& server) {
    if (flow_) flow_->on_stun(now, answer, server);
    watch(now);
}

void ProxyFlow::on_unreachable(wire::Instant now, wire::Transport transport,
                               const wire::Endpoint& server, const std::string& reason) {
    if (!flow_ || flow_->target().endpoint != server || flow_->target().transport != transport)
        return;
    failed(now, {wire::to_string(server) + " " + reason,
                 {transport == wire::Transport::udp ? "RFC-5626-05" : "RFC-5626-04"}});
}

void ProxyFlow::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (state_ != State::locating) return;
    route_->learn(now, result);
    take_hop(now);
}

void ProxyFlow::on_deadline(wire::Instant now) {
    if (flow_) flow_->on_deadline(now);
    watch(now);
    if (wake_ && now >= *wake_) begin(now);
}

std::optional<wire::Instant> ProxyFlow::deadline() const {
    return flow_ ? flow_->deadline() : wake_;
}

}  // namespace twinline::phone
