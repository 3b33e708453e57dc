// A phone with a subscription, and servers that take it.
#pragma once

#include "tests/phone/call_bench.hh"

namespace twinline::test {

inline wire::SipMessage take_subscription(const wire::SipMessage& request, std::uint32_t expires,
                                          const std::string& host = primary) {
    auto response = answer(request, 200);
    if (!request.tag_of_to().empty()) response.to = request.to;
    response.expires = expires;
    response.contact = {{"", "sip:notifier@" + host, {}}};
    return response;
}

// Grants registrations for `registers` seconds and subscriptions for `subscribes`.
inline PhoneBench::Server notifier(const std::string& host, std::uint32_t subscribes = 3600,
                                   std::uint32_t registers = 3600) {
    return [=](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "REGISTER") return ok(request, registers);
        if (request.method == "SUBSCRIBE") return take_subscription(request, subscribes, host);
        return answer(request, 200);
    };
}

// Grants registrations and answers SUBSCRIBE so; 0: not at all.
inline PhoneBench::Server answers_subscribe(int status) {
    return [status](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "REGISTER") return ok(request);
        if (status == 0) return std::nullopt;
        return answer(request, status);
    };
}

inline config::PhoneConfig with_mwi(config::PhoneConfig config, std::chrono::seconds expires) {
    config.accounts[0].subscriptions = {{config::EventPackage::message_summary, "1001", expires}};
    return config;
}

inline config::PhoneConfig with_blf(config::PhoneConfig config) {
    config.accounts[0].subscriptions = {{config::EventPackage::dialog, "2003", 3600s}};
    return config;
}

inline std::string header(const wire::SipMessage& message, std::string_view name) {
    const auto* found = message.find(name);
    return found == nullptr ? std::string() : found->value;
}

inline wire::SipMessage form_notify(const wire::SipMessage& subscribe, const std::string& host,
                                    const std::string& state, std::uint32_t cseq) {
    wire::SipMessage notify;
    notify.method = notify.cseq_method = "NOTIFY";
    notify.request_uri = subscribe.contact.front().uri;
    notify.via = {{"UDP", "192.0.2.11", 5060, "z9hG4bKn" + std::to_string(cseq), {}}};
    notify.from = subscribe.to;
    if (notify.from.params.empty()) notify.from.params = {{"tag", "far-end"}};
    notify.to = subscribe.from;
    notify.call_id = subscribe.call_id;
    notify.cseq = cseq;
    notify.max_forwards = 70;
    notify.contact = {{"", "sip:notifier@" + host, {}}};
    notify.other = {{"Event", header(subscribe, "Event")}, {"Subscription-State", state}};
    return notify;
}

struct Subscriber {
    PhoneBench bench;
    std::uint32_t cseq = 0;

    explicit Subscriber(config::PhoneConfig config = with_mwi(yealink_failover(), 120s),
                        Readings readings = {})
        : bench(std::move(config), 1, {}, std::move(readings)) {
        publish_pbx(bench, 3600);
        bench.servers[primary] = notifier(primary);
        bench.servers[secondary] = notifier(secondary);
    }
    // Registered and subscribed, and told of it, within a second.
    Subscriber& boot() {
        bench.power_on();
        return run(1s).notify("active");
    }
    Subscriber& run(wire::Duration duration) {
        bench.run_until(bench.now() + duration);
        return *this;
    }
    Subscriber& run_before(wire::Duration until) {
        bench.run_before(until);
        return *this;
    }
    std::vector<Sent> subscribes(std::string_view host = {}) const {
        return sent(bench, "SUBSCRIBE", host);
    }
    // A NOTIFY of the dialog that the SUBSCRIBE made; the answer is the last thing sent then.
    wire::SipMessage form_notify(const Sent& subscribe, const std::string& state) {
        return test::form_notify(subscribe.sip, subscribe.host(), state, ++cseq);
    }
    Subscriber& deliver(const wire::SipMessage& notify) {
        bench.deliver(notify, primary);
        return *this;
    }
    Subscriber& notify(const std::string& state, const std::string& type = {},
                       const std::string& body = {}) {
        auto message = form_notify(subscribes().back(), state);
        message.content_type = type;
        message.body = body;
        return deliver(message);
    }
    int answered() const { return sent(bench, "").back().sip.status; }
};

}  // namespace twinline::test
