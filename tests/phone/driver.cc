// The bench decides nothing for the phone: it keeps time, carries datagrams and writes down.
#include "tests/phone/driver.hh"

#include "reference_impl/wire/digest.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace twinline::test {

namespace {

constexpr std::uint16_t dns_port = 53;
const wire::Ipv4 phone_address = wire::parse_ipv4("198.51.100.100").value();

wire::Instant instant(wire::Duration since_start) { return wire::Instant(since_start); }

std::string line(wire::Duration at, const std::string& text) {
    return fmt::format("{:12.6f} s  {}", std::chrono::duration<double>(at).count(), text);
}

}  // namespace

bool Sent::has_credentials() const {
    return sip.find("Authorization") != nullptr || sip.find("Proxy-Authorization") != nullptr;
}

PhoneBench::PhoneBench(config::PhoneConfig config, std::uint64_t seed, phone::Rules rules,
                       Readings readings)
    : seed_(seed),
      oracle_(seed, std::move(readings)),
      phone_(config, rules, oracle_),
      sip_port_(config.local_port) {}

PhoneBench::~PhoneBench() {
    if (::testing::Test::HasFailure()) std::cerr << ladder();
}

std::string PhoneBench::ladder() const {
    constexpr std::size_t most = 200;
    auto text = fmt::format("seed {}, {} lines, the last {}:\n", seed_, lines_.size(), most);
    for (auto i = lines_.size() > most ? lines_.size() - most : 0; i < lines_.size(); ++i)
        text += lines_[i] + '\n';
    return text;
}

void PhoneBench::power_on() { input(phone::PowerOn{phone_address}); }

void PhoneBench::input(const phone::Input& input) {
    phone_.handle(instant(now_), input);
    drain();
}

void PhoneBench::at(wire::Duration when, std::function<void()> action) {
    due_.emplace(when, std::move(action));
}

void PhoneBench::run_before(wire::Duration until) { run(until, false); }
void PhoneBench::run_until(wire::Duration until) { run(until, true); }

std::optional<wire::Duration> PhoneBench::next_deadline() const {
    const auto due = phone_.poll_timeout();
    return due ? std::optional(due->time_since_epoch()) : std::nullopt;
}

void PhoneBench::run(wire::Duration until, bool inclusive) {
    constexpr int most_at_once = 10000;
    for (int at_once = 0;;) {
        const auto deadline = next_deadline();
        const bool arrival = !due_.empty() && (!deadline || due_.begin()->first <= *deadline);
        if (!arrival && !deadline) break;
        const auto next = arrival ? due_.begin()->first : *deadline;
        if (next > until || (next == until && !inclusive)) break;
        at_once = next > now_ ? 0 : at_once + 1;
        if (at_once > most_at_once) {
            ADD_FAILURE() << "the phone wakes without end at one instant\n" << ladder();
            return;
        }
        now_ = std::max(now_, next);
        if (arrival) {
            const auto action = std::move(due_.begin()->second);
            due_.erase(due_.begin());
            action();
        } else {
            phone_.handle_timeout(instant(now_));
            drain();
        }
    }
    now_ = std::max(now_, until);
}

void PhoneBench::deliver(const wire::SipMessage& message, std::string_view from) {
    lines_.push_back(
        line(now_, fmt::format("  <- {}{} {}", message.method,
                               message.is_request() ? "" : std::to_string(message.status), from)));
    deliver_bytes(wire::serialise(message), endpoint(from), sip_port_);
}

void PhoneBench::deliver_bytes(std::string bytes, const wire::Endpoint& from,
                               std::uint16_t to_port) {
    input(phone::DatagramReceived{{phone_address, to_port}, from, std::move(bytes)});
}

void PhoneBench::refuse(const Sent& datagram, unsigned code) {
    lines_.push_back(line(now_, fmt::format("  <- ICMP 3/{} {}", code, datagram.host())));
    input(phone::DatagramRefused{datagram.local, datagram.remote, code});
}

void PhoneBench::drain() {
    while (auto output = phone_.poll_output()) {
        if (auto* transmit = std::get_if<phone::Transmit>(&*output)) {
            take(std::move(*transmit));
        } else if (auto* connect = std::get_if<phone::Connect>(&*output)) {
            take(*connect);
        } else if (auto* stream = std::get_if<phone::SendOnConnection>(&*output)) {
            take(std::move(*stream));
        } else if (auto* close = std::get_if<phone::Close>(&*output)) {
            closed_.push_back(close->connection);
            lines_.push_back(line(now_, "     " + close->why.text));
        } else if (auto* display = std::get_if<phone::Display>(&*output)) {
            lines_.push_back(line(now_, fmt::format("     account {} {} {}", display->account,
                                                    display->line_state, display->notice)));
            line_states_[display->account] = display->line_state;
            line_servers_[display->account] = display->server;
        } else if (auto* call = std::get_if<phone::CallDisplay>(&*output)) {
            lines_.push_back(line(now_, fmt::format("     call {} {}", call->state, call->notice)));
            call_state_ = call->state;
            call_notice_ = call->notice;
            softkeys_ = call->softkeys;
        } else if (auto* media = std::get_if<phone::MediaStart>(&*output)) {
            lines_.push_back(
                line(now_, fmt::format("     audio with {}", wire::to_string(media->remote))));
            media_ = *media;
        } else if (std::holds_alternative<phone::MediaStop>(*output)) {
            lines_.push_back(line(now_, "     no audio"));
            media_.reset();
        } else if (auto* shown = std::get_if<phone::SubscriptionDisplay>(&*output)) {
            const auto what = shown->package + " of " + shown->user;
            lines_.push_back(
                line(now_, fmt::format("     {}: {} {}", what, shown->state, shown->notice)));
            shown_[what] = shown->state + (shown->notice.empty() ? "" : ", " + shown->notice);
            ++times_shown_;
        } else if (!take_provisioning(*output)) {
            decisions_.push_back(*phone::reason_of(*output));
            lines_.push_back(line(now_, "     " + decisions_.back().text));
        }
    }
}

void PhoneBench::note(const std::string& text) { lines_.push_back(line(now_, text)); }

void PhoneBench::take(phone::Transmit transmit) {
    Sent sent{now_,
              transmit.local,
              transmit.remote,
              std::move(transmit.bytes),
              std::move(transmit.why),
              {},
              {}};
    decisions_.push_back(sent.why);
    if (sent.remote.port == dns_port) return take_query(std::move(sent), std::nullopt);
    take_sip(std::move(sent), std::nullopt);
}

// What is truncated over UDP is whole over TCP.
void PhoneBench::take_query(Sent sent, std::optional<unsigned> connection) {
    sent.dns = read_query(sent.bytes);
    lines_.push_back(
        line(now_, fmt::format("  -> {} {} {}", wire::to_string(sent.dns.question.type),
                               sent.dns.question.name, sent.host())));
    queries_.push_back(sent);
    const auto known = dns.find(sent.dns.question);
    auto reply = name_server ? name_server(sent)
                 : known != dns.end()
                     ? std::optional(known->second)
                     : DnsReply{.rcode = wire::DnsRcode::nxdomain, .answer = {}, .authority = {}};
    if (!reply) return;
    if (connection) reply->truncated = false;
    at(now_ + delay, [this, sent, connection, bytes = write_reply(sent.dns, *reply)] {
        if (!connection) return deliver_bytes(bytes, sent.remote, sent.local.port);
        const auto size = bytes.size();
        const std::string length{static_cast<char>(size >> 8U), static_cast<char>(size & 0xffU)};
        input(phone::StreamReceived{*connection, length});  // as a slow server sends it
        input(phone::StreamReceived{*connection, bytes});
    });
}

void PhoneBench::take(const phone::Connect& connect) {
    opened_.push_back({now_, connect});
    lines_.push_back(line(now_, "     " + connect.why.text));
    const auto host = wire::to_string(connect.remote);
    if (hanging.contains(host)) return;
    at(now_ + delay, [this, id = connect.connection, refused = refusing.contains(host)] {
        if (refused)
            input(phone::ConnectionLost{id, "refuses the connection"});
        else
            input(phone::Connected{id, {phone_address, static_cast<std::uint16_t>(40000 + id)}});
    });
}

void PhoneBench::take(phone::SendOnConnection sent) {
    decisions_.push_back(sent.why);
    Sent over{now_, sent.local, sent.remote, std::move(sent.bytes), std::move(sent.why), {}, {}};
    if (over.remote.port == dns_port) {
        over.bytes.erase(0, 2);
        return take_query(std::move(over), sent.connection);
    }
    take_sip(std::move(over), sent.connection);
}

void PhoneBench::take_sip(Sent sent, std::optional<unsigned> connection) {
    if (take_ping(sent, connection)) return;
    if (!sip_.empty() && sip_.back().bytes == sent.bytes) {
        sent.sip = sip_.back().sip;  // a retransmission: long outages are made of these
    } else if (auto message = wire::parse_sip(sent.bytes)) {
        sent.sip = std::move(*message);
    } else {
        ADD_FAILURE() << "the phone sent what is no SIP message: " << message.error().reason;
        return;
    }
    lines_.push_back(line(now_, fmt::format("  -> {} cseq {} {} {}{}",
                                            sent.sip.is_request() ? sent.sip.method : "answer",
                                            sent.sip.cseq, sent.branch(), sent.host(),
                                            sent.has_credentials() ? " with credentials" : "")));
    sip_.push_back(sent);
    const auto server = servers.find(sent.host());
    if (!sent.sip.is_request() || server == servers.end()) return;
    if (auto reply = server->second(sent.sip))
        at(now_ + delay, [this, reply = *reply, host = sent.host(), connection] {
            if (connection)
                input(phone::StreamReceived{*connection, wire::serialise(reply)});
            else
                deliver(reply, host);
        });
}

std::vector<Sent> PhoneBench::sip_to(std::string_view host) const {
    std::vector<Sent> some;
    std::ranges::copy_if(sip_, std::back_inserter(some),
                         [&](const Sent& s) { return s.host() == host; });
    return some;
}

std::vector<std::string> PhoneBench::asked() const {
    std::vector<std::string> list;
    for (const auto& query : queries_)
        list.push_back(std::string(wire::to_string(query.dns.question.type)) + " " +
                       query.dns.question.name);
    return list;
}

std::vector<wire::Duration> PhoneBench::times(std::string_view host) const {
    std::vector<wire::Duration> list;
    for (const auto& sent : sip_)
        if (sent.host() == host) list.push_back(sent.at);
    return list;
}

config::PhoneConfig one_account(const std::string& host, std::uint16_t port) {
    config::Account account;
    account.user = "1001";
    account.password = "correct-horse";
    account.domain = "pbx.test";
    account.servers = {{.host = host, .port = port}};
    config::PhoneConfig config;
    config.accounts = {account};
    config.dns_servers = {wire::parse_ipv4("192.0.2.2").value()};
    return config;
}

void publish_pbx(PhoneBench& bench, std::uint32_t ttl) {
    using wire::DnsType;
    const std::string service = "_sip._udp.pbx.test";
    bench.dns[{"pbx.test", DnsType::naptr}].answer = {
        naptr("pbx.test", 10, 50, "s", "SIP+D2U", service, "", ttl)};
    bench.dns[{service, DnsType::srv}].answer = {srv(service, 0, 0, 5060, "a.pbx.test", ttl),
                                                 srv(service, 10, 0, 5060, "b.pbx.test", ttl)};
    bench.dns[{"a.pbx.test", DnsType::a}].answer = {a("a.pbx.test", "192.0.2.11", ttl)};
    bench.dns[{"b.pbx.test", DnsType::a}].answer = {a("b.pbx.test", "192.0.2.12", ttl)};
}

wire::Endpoint endpoint(std::string_view text) {
    const auto colon = text.find(':');
    return {wire::parse_ipv4(text.substr(0, colon)).value(),
            static_cast<std::uint16_t>(std::stoul(std::string(text.substr(colon + 1))))};
}

wire::SipMessage answer(const wire::SipMessage& request, int status) {
    wire::SipMessage response;
    response.status = status;
    response.reason = "Because";
    response.via = request.via;
    response.from = request.from;
    response.to = request.to;
    if (status > 100) response.to.params.push_back({"tag", "far-end"});
    response.call_id = request.call_id;
    response.cseq = request.cseq;
    response.cseq_method = request.cseq_method;
    return response;
}

wire::SipMessage ok(const wire::SipMessage& request, std::uint32_t expires) {
    auto response = answer(request, 200);
    if (request.expires == 0U) return response;  // RFC 3261 10.3: the bindings that are left: none
    response.contact = {{"", request.contact.front().uri, {{"expires", std::to_string(expires)}}}};
    return response;
}

wire::SipMessage challenge(const wire::SipMessage& request, const std::string& nonce,
                           const std::string& realm) {
    auto response = answer(request, 401);
    response.challenges = {{false, "Digest", {{"realm", realm}, {"nonce", nonce}}}};
    return response;
}

PhoneBench::Server registrar(std::string nonce, std::uint32_t expires, std::string realm) {
    return [=](const wire::SipMessage& request) {
        const auto* header = request.find("Authorization");
        if (header != nullptr &&
            wire::verify(*header, {"1001", "correct-horse"}, request.method, realm, nonce))
            return ok(request, expires);
        return challenge(request, nonce, realm);
    };
}

PhoneBench::Server always(int status) {
    return [status](const wire::SipMessage& request) { return answer(request, status); };
}

PhoneBench::Server grants(std::uint32_t expires) {
    return [expires](const wire::SipMessage& request) { return ok(request, expires); };
}

}  // namespace twinline::test
