// Line ends over streams, STUN over UDP. The instants are drawn anew for each ping, so that the
// phones behind one proxy do not ping it in step.
#include "reference_impl/phone/flow.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinline::phone {

namespace {

constexpr std::chrono::seconds pong_limit{10};        // RFC-5626-04
constexpr std::chrono::milliseconds stun_rto{500};    // RFC 5389 section 7.2.1
constexpr unsigned stun_sends = 7;                    // Rc
constexpr std::chrono::milliseconds stun_last{8000};  // Rm * RTO
// Where neither server nor configuration say how often (RFC 5626 sections 4.4.1 and 4.4.2).
constexpr std::uint64_t least_stream_ms = 95000, most_stream_ms = 120000;
constexpr std::uint64_t least_udp_ms = 24000, most_udp_ms = 29000;
constexpr std::chrono::seconds longest_wait{1800};  // RFC-5626-06
constexpr std::chrono::seconds base_all_failed{30};
constexpr std::chrono::seconds base_another_works{90};
constexpr unsigned most_doublings = 6;  // 30 s * 2^6 is more than the longest wait
constexpr std::string_view line_ends = "\r\n\r\n";

std::string hexadecimal(const std::string& octets) {
    std::string text;
    for (const char octet : octets)
        text += fmt::format("{:02x}", static_cast<unsigned char>(octet));
    return text;
}

}  // namespace

wire::Duration recovery_wait(Context& context, Recovery recovery, std::string_view of,
                             unsigned failures, bool another_works) {
    const auto base = another_works ? base_another_works : base_all_failed;
    if (!context.rules.recovery_wait_grows) failures = 0;
    const auto bound = std::min(longest_wait, base * (2U << std::min(failures, most_doublings)));
    const auto ppm = context.oracle->choice(
        {recovery == Recovery::of_a_flow ? "flow-pause-ppm" : "pause-ppm", of}, 500'000, 1'000'000);
    return wire::Duration(bound) * static_cast<std::int64_t>(ppm) / 1'000'000;
}

Flow::Flow(Context& context, Target target, Interval interval, wire::Instant now, Begin begin)
    : context_(context), target_(std::move(target)), interval_(interval) {
    next_ping_ = now;
    if (begin == Begin::later) next_ping_ += pause();
}

// RFC-5626-03: between 80 and 100 percent of Flow-Timer. A configured time is kept as it is
// (AA-OBP-03).
wire::Duration Flow::pause() {
    if (!context_.rules.keeps_flows_alive) return std::chrono::hours{24};
    if (const auto timer = interval_.flow_timer)
        return std::chrono::microseconds(timer->count() *
                                         static_cast<std::int64_t>(context_.oracle->choice(
                                             {"keep-alive-ppm"}, 800'000, 1'000'000)));
    if (interval_.configured) return *interval_.configured;
    return std::chrono::milliseconds(
        is_stream() ? context_.oracle->choice({"keep-alive-ms"}, least_stream_ms, most_stream_ms)
                    : context_.oracle->choice({"keep-alive-ms"}, least_udp_ms, most_udp_ms));
}

void Flow::ping(wire::Instant now) {
    ping_ = Ping{};
    if (is_stream()) {
        ping_->next = now + pong_limit;
    } else {
        ping_->transaction = context_.token("stun");
        ping_->interval = stun_rto;
        ping_->next = now + stun_rto;
    }
    send("keeps its flow to " + target_name(target_) + " alive");
}

void Flow::send(const std::string& text) {
    std::vector<std::string> clauses{is_stream() ? "RFC-5626-04" : "RFC-5626-05"};
    if (interval_.flow_timer)
        clauses.insert(clauses.begin(), "RFC-5626-03");
    else if (!interval_.configured)
        clauses.emplace_back(is_stream() ? "RFC-5626-04-INTERVAL" : "RFC-5626-05-INTERVAL");
    Decision why{.what = "keep-alive",
                 .text = text,
                 .clauses = context_.cite({.aastra = "AA-OBP-03"}, std::move(clauses)),
                 .keys = {{"keepalive", is_stream() ? "crlf" : hexadecimal(ping_->transaction)}}};
    context_.say(Transmit{target_.transport, context_.sip_endpoint(), target_.endpoint,
                          is_stream()
                              ? std::string(line_ends)
                              : serialise(wire::StunMessage{
                                    wire::StunMessage::Kind::request, ping_->transaction, {}}),
                          std::move(why), target_.domain});
}

void Flow::answered(wire::Instant now) {
    ping_.reset();
    confirmed_ = true;
    next_ping_ = now + pause();
}

void Flow::on_pong(wire::Instant now, const wire::Endpoint& server) {
    if (ping_ && !failure_ && is_stream() && server == target_.endpoint) answered(now);
}

void Flow::on_stun(wire::Instant now, const wire::StunMessage& answer,
                   const wire::Endpoint& server) {
    if (!ping_ || failure_ || is_stream() || server != target_.endpoint ||
        answer.transaction != ping_->transaction || answer.kind == wire::StunMessage::Kind::request)
        return;
    if (answer.kind == wire::StunMessage::Kind::error)
        return fail(target_name(target_) + " refuses the keep-alive");
    if (answer.mapped) {
        const auto before = std::exchange(mapped_, answer.mapped);
        if (before && *before != *mapped_)
            return fail(target_name(target_) + " sees the phone at " + wire::to_string(*mapped_) +
                        ", before at " + wire::to_string(*before));
    }
    answered(now);
}

void Flow::fail(std::string reason) {
    ping_.reset();
    failure_ = Failure{std::move(reason), {is_stream() ? "RFC-5626-04" : "RFC-5626-05"}};
    // Whatever comes next to this server needs a new connection.
    if (is_stream()) context_.dead_connections.emplace_back(target_.transport, target_.endpoint);
}

void Flow::on_deadline(wire::Instant now) {
    if (failure_) return;
    if (!ping_) {
        if (now >= next_ping_) ping(now);
        return;
    }
    if (now < ping_->next) return;
    if (is_stream()) {
        if (!context_.rules.missing_pong_fails_flow) return answered(now);
        return fail(target_name(target_) + " sent no pong within 10 s");
    }
    if (ping_->sends == stun_sends) {
        if (!context_.rules.missing_stun_fails_flow) return answered(now);
        return fail(target_name(target_) + " answered no STUN request");
    }
    ++ping_->sends;
    ping_->interval *= 2;
    ping_->next += ping_->sends == stun_sends ? wire::Duration(stun_last) : ping_->interval;
    send("no answer from " + target_name(target_) + ", sends its keep-alive again");
}

std::optional<wire::Instant> Flow::deadline() const {
    if (failure_) return std::nullopt;
    return ping_ ? ping_->next : next_ping_;
}

}  // namespace twinline::phone
