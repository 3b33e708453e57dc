// Each server is given 5 s, then 10 s in a second round (RFC-1123-01); an error answer turns to the
// next server at once. An answer counts only from the server, to the port and with the id and
// question of the query (RFC 5452).
#include "reference_impl/phone/resolver.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr unsigned rounds = 2;
constexpr std::chrono::seconds first_wait{5};
constexpr std::uint16_t dns_port = 53;

}  // namespace

wire::Endpoint Resolver::server(const Query& query) const {
    const auto& servers = context_.config.dns_servers;
    return {servers[query.attempt % servers.size()], dns_port};
}

unsigned Resolver::most_attempts() const {
    return rounds * static_cast<unsigned>(context_.config.dns_servers.size());
}

void Resolver::ask(wire::Instant now, const wire::DnsQuestion& question,
                   std::vector<std::string> clauses) {
    const auto [query, is_new] = queries_.try_emplace(question);
    if (!is_new) return;
    query->second.clauses = std::move(clauses);
    if (context_.config.dns_servers.empty() || !wire::is_domain_name(question.name)) {
        // Nobody to ask, or nothing that a query can carry: failed at the next deadline.
        query->second.attempt = most_attempts();
        query->second.until = now;
        return;
    }
    send(now, question, query->second);
}

void Resolver::send(wire::Instant now, const wire::DnsQuestion& question, Query& query) {
    const auto round = query.attempt / context_.config.dns_servers.size();
    query.id = static_cast<std::uint16_t>(context_.oracle->choice({"dns-id"}, 0, 65535));
    query.port = static_cast<std::uint16_t>(context_.oracle->choice({"dns-port"}, 32768, 60999));
    query.until = now + first_wait * (1U << round);
    Decision why{
        .what = "resolve",
        .text = "asks for " + std::string(to_string(question.type)) + " of " + question.name,
        .clauses = query.clauses,
        .keys = {{"id", std::to_string(query.id)},
                 {"name", question.name},
                 {"type", std::string(to_string(question.type))}}};
    if (query.attempt > 0) {
        why.text += " again: no usable answer before";
        why.clauses.insert(why.clauses.begin(), "RFC-1123-01");
    }
    context_.say(Transmit{wire::Transport::udp,
                          {context_.address, query.port},
                          server(query),
                          wire::serialise_query(query.id, question),
                          std::move(why)});
}

void Resolver::forget() {
    cache_ = {};
    queries_.clear();
    streams_.clear();
}

Resolver::Result Resolver::finish(wire::Instant now, Queries::iterator query, DnsAnswer answer) {
    Result result{query->first, std::move(answer)};
    if (result.second.kind == DnsAnswer::Kind::failed && !context_.rules.forgets_failed_queries)
        result.second.lifetime = std::chrono::hours{1};
    result.second.good_until = now + result.second.lifetime;
    queries_.erase(query);
    if (!context_.rules.heeds_ttl) result.second.lifetime = std::chrono::hours{24};
    cache_.store(now, result.first, result.second);
    return result;
}

std::optional<Resolver::Result> Resolver::try_next(wire::Instant now, Queries::iterator query) {
    ++query->second.attempt;
    if (query->second.attempt >= most_attempts()) return finish(now, query, DnsAnswer{});
    send(now, query->first, query->second);
    return std::nullopt;
}

// RFC 7766 section 5: the whole answer from the same server, with the same patience again.
void Resolver::send_over_tcp(wire::Instant now, const wire::DnsQuestion& question, Query& query) {
    query.id = static_cast<std::uint16_t>(context_.oracle->choice({"dns-id"}, 0, 65535));
    query.port = 0;
    query.until = now + first_wait;
    auto bytes = wire::serialise_query(query.id, question);
    const auto size = bytes.size();
    bytes.insert(0, {static_cast<char>(size >> 8U), static_cast<char>(size & 0xffU)});
    const auto remote = server(query);
    context_.say(Transmit{wire::Transport::tcp,
                          {context_.address, 0},
                          remote,
                          std::move(bytes),
                          {.what = "resolve",
                           .text = "asks for " + std::string(to_string(question.type)) + " of " +
                                   question.name + " over TCP: the answer was truncated",
                           .clauses = {"RFC-7766-05"},
                           .keys = {{"id", std::to_string(query.id)},
                                    {"name", question.name},
                                    {"type", std::string(to_string(question.type))}}},
                          wire::to_string(remote.address),
                          true});
}

std::optional<Resolver::Result> Resolver::on_datagram(wire::Instant now,
                                                      const DatagramReceived& datagram) {
    return on_answer(now, datagram.local.port, datagram.remote, datagram.bytes);
}

std::vector<Resolver::Result> Resolver::on_stream(wire::Instant now, const wire::Endpoint& from,
                                                  std::string_view bytes) {
    std::vector<Result> results;
    auto& stream = streams_[from];
    stream += bytes;
    while (stream.size() >= 2) {
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(stream[0])) << 8U |
                          static_cast<unsigned char>(stream[1]);
        if (stream.size() < 2 + size) break;
        if (auto result = on_answer(now, 0, from, std::string_view(stream).substr(2, size)))
            results.push_back(std::move(*result));
        stream.erase(0, 2 + size);
    }
    return results;
}

std::vector<Resolver::Result> Resolver::on_connection_lost(wire::Instant now,
                                                           const wire::Endpoint& from) {
    streams_.erase(from);
    std::vector<Result> results;
    for (auto query = queries_.begin(); query != queries_.end();) {
        const auto current = query++;
        if (current->second.port != 0 || server(current->second) != from) continue;
        if (auto result = try_next(now, current)) results.push_back(std::move(*result));
    }
    return results;
}

std::optional<Resolver::Result> Resolver::on_answer(wire::Instant now, std::uint16_t port,
                                                    const wire::Endpoint& from,
                                                    std::string_view bytes) {
    const auto response = wire::parse_response(bytes);
    if (!response) return std::nullopt;
    const auto query = queries_.find(response->question);
    if (query == queries_.end() || query->second.id != response->id || query->second.port != port ||
        server(query->second) != from)
        return std::nullopt;
    if (response->truncated && port != 0) {
        send_over_tcp(now, query->first, query->second);
        return std::nullopt;
    }
    auto answer = read_answer(*response);
    if (answer.kind == DnsAnswer::Kind::failed) return try_next(now, query);
    return finish(now, query, std::move(answer));
}

std::vector<Resolver::Result> Resolver::on_refused(wire::Instant now,
                                                   const DatagramRefused& refused) {
    for (auto query = queries_.begin(); query != queries_.end(); ++query) {
        if (query->second.port != refused.local.port || server(query->second) != refused.remote)
            continue;
        auto result = try_next(now, query);
        if (result) return {std::move(*result)};
        break;
    }
    return {};
}

std::vector<Resolver::Result> Resolver::on_deadline(wire::Instant now) {
    std::vector<Result> results;
    for (auto query = queries_.begin(); query != queries_.end();) {
        const auto current = query++;
        if (now < current->second.until) continue;
        if (auto result = try_next(now, current)) results.push_back(std::move(*result));
    }
    return results;
}

std::optional<wire::Instant> Resolver::deadline() const {
    if (queries_.empty()) return std::nullopt;
    return std::ranges::min_element(queries_, {}, [](const auto& q) { return q.second.until; })
        ->second.until;
}

}  // namespace twinline::phone
