// What the servers of a world say: answers, for themselves or over a proxy for the one behind it,
// and requests of their own.
#include "rig/world/world.hh"

#include <utility>

namespace twinline::world {

namespace {

std::vector<Callee::Reply> one(std::optional<wire::SipMessage> response) {
    std::vector<Callee::Reply> list;
    if (response) list.push_back({{}, std::move(*response)});
    return list;
}

bool speaks(const scenario::Treatment& treatment) {
    using Kind = scenario::Treatment::Kind;
    return treatment.kind != Kind::silence && treatment.kind != Kind::stop &&
           treatment.kind != Kind::crash && !treatment.is_of_no_host();
}

}  // namespace

// What the host answers to a request, as it treats its source.
std::vector<Callee::Reply> World::replies(const Packet& request) {
    const auto message = wire::parse_sip(request.payload);
    if (!message || message->via.empty()) return {};
    const auto host = request.destination.address;
    if (!message->is_request()) {
        callers_.hear(host, request.source, *message);
        return {};
    }
    if (auto rejection = rejected(host, request.source, *message)) return std::move(*rejection);
    const auto server = proxies_.next_hop(host, *message);
    return server ? forwarded(host, *server, request.source, *message)
                  : served(host, request.source, *message, Registrar::FirstHop::takes_part);
}

std::optional<std::vector<Callee::Reply>> World::rejected(wire::Ipv4 host,
                                                          const wire::Endpoint& source,
                                                          const wire::SipMessage& message) {
    const auto* treatment = treatment_of(host, source.address);
    if (treatment == nullptr || treatment->kind != scenario::Treatment::Kind::reject ||
        !treatment->concerns(message.method))
        return std::nullopt;
    return one(registrars_.at(host).reject(source, message, *treatment));
}

// A proxy says at once that the server behind it is dead for this phone.
std::vector<Callee::Reply> World::forwarded(wire::Ipv4 proxy, wire::Ipv4 server,
                                            const wire::Endpoint& source,
                                            const wire::SipMessage& message) {
    using Kind = scenario::Treatment::Kind;
    const auto* treatment = treatment_of(server, source.address);
    if (treatment != nullptr &&
        (treatment->kind == Kind::silence || treatment->kind == Kind::refuse ||
         treatment->kind == Kind::unreachable)) {
        scenario::Treatment unavailable{Kind::reject};
        unavailable.status = 503;
        return one(registrars_.at(proxy).reject(source, message, unavailable));
    }
    if (auto rejection = rejected(server, source, message)) return std::move(*rejection);
    auto list = served(server, source, message,
                       outbound_.contains(proxy) ? Registrar::FirstHop::takes_part
                                                 : Registrar::FirstHop::lacks_outbound);
    for (auto& each : list) proxies_.record_route(proxy, message, each.message);
    return list;
}

std::vector<Callee::Reply> World::served(wire::Ipv4 host, const wire::Endpoint& source,
                                         const wire::SipMessage& message,
                                         Registrar::FirstHop first_hop) {
    auto& registrar = registrars_.at(host);
    if (challenges_calls_ && message.method == "INVITE" && message.tag_of_to().empty()) {
        if (auto challenge = registrar.challenge_caller(now_, source, message))
            return one(std::move(challenge));
    }
    if (const auto notifier = notifiers_.find(host);
        notifier != notifiers_.end() && message.method == "SUBSCRIBE") {
        std::vector<Callee::Reply> list;
        for (auto& said : notifier->second.answer(now_, source, message))
            list.push_back({{}, std::move(said)});
        return list;
    }
    const auto callee = callees_.find(host);
    const bool of_a_call = message.method != "REGISTER" && message.method != "OPTIONS";
    if (callee != callees_.end() && of_a_call) {
        if (message.method == "BYE") callers_.over(host, source.address, message.call_id);
        return callee->second.answer(source, message);
    }
    auto answer = registrar.answer(now_, source, message, first_hop);
    if (answer && message.method == "REGISTER")
        location_.learn(now_, host, source, message, *answer);
    return one(std::move(answer));
}

void World::notify(wire::Ipv4 host, wire::Ipv4 phone, std::string_view what) {
    const auto* treatment = treatment_of(host, phone);
    if (treatment != nullptr && !speaks(*treatment)) return;
    constexpr std::uint16_t sip_port = 5060;
    for (const auto& told : notifiers_.at(host).tell(now_, phone, what, sip_port))
        send_from_server(host, told.phone, told.notify);
}

void World::caller(wire::Ipv4 host, wire::Ipv4 phone, std::string_view what) {
    if (what == "calls")
        callers_.call(now_, {host, ports_.at(host)}, phone);
    else
        callers_.hang_up(host, phone);
}

bool World::tells(wire::Ipv4 host, wire::Ipv4 phone) const {
    using Kind = scenario::Treatment::Kind;
    const auto* treatment = treatment_of(host, phone);
    return treatment == nullptr ||
           (treatment->kind != Kind::stop && treatment->kind != Kind::crash);
}

void World::forget_bindings(wire::Ipv4 host, wire::Ipv4 phone) {
    if (tells(host, phone)) location_.drop(host, phone);
}

std::optional<scenario::Holdings> World::holdings(wire::Ipv4 host, wire::Ipv4 phone) const {
    if (!tells(host, phone)) return std::nullopt;
    const auto left = [this](wire::Instant until) {
        return static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(until - now_).count());
    };
    scenario::Holdings held;
    for (const auto& binding : location_.of(now_, host, phone))
        held.bindings.push_back({binding.user, binding.contact, left(binding.until), binding.flow});
    const auto notifier = notifiers_.find(host);
    if (notifier == notifiers_.end()) return held;
    held.subscriptions.emplace();
    for (const auto& told : notifier->second.subscriptions(now_, phone))
        held.subscriptions->push_back({told.user, told.event, left(told.until)});
    return held;
}

// A request of its own: to a phone that speaks over a stream on the connection that it has opened.
void World::send_from_server(wire::Ipv4 host, const wire::Endpoint& phone,
                             const wire::SipMessage& message) {
    const auto* treatment = treatment_of(host, phone.address);
    if (treatment != nullptr && !speaks(*treatment)) return;
    const auto& open = open_[Link(host, phone.address)];
    const auto found = open.find(phone.port);
    const bool over_stream = message.is_request() && message.via.front().transport != "UDP";
    if (found == open.end() && over_stream) return;  // nobody listens where it came from
    if (found == open.end())
        return reply({{}, {host, ports_.at(host)}, phone, wire::serialise(message)});
    Packet packet{{}, found->second.destination, found->second.source, wire::serialise(message)};
    packet.segment = found->second.segment;
    packet.segment->kind = Segment::Kind::data;
    reply(std::move(packet));
}

}  // namespace twinline::world
