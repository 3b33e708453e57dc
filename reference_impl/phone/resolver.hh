// The phone's stub resolver (RFC 1035, RFC 1123 section 6.1.3): asks its servers in turn,
// patiently, and hands answers to whoever waits for the question.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/dns_cache.hh"
#include "reference_impl/phone/input.hh"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::phone {

class Resolver {
  public:
    explicit Resolver(Context& context) : context_(context) {}

    // The remembered answer, or none; then ask() and wait for it among the results of on_datagram
    // or on_deadline.
    const DnsAnswer* remembered(wire::Instant now, const wire::DnsQuestion& question) const {
        return cache_.find(now, question);
    }
    // The same, of what came unasked with another answer.
    const DnsAnswer* remembered_additional(wire::Instant now,
                                           const wire::DnsQuestion& question) const {
        return cache_.find_additional(now, question);
    }
    // `clauses`: why the question is asked. A question under way is not asked twice.
    void ask(wire::Instant now, const wire::DnsQuestion& question,
             std::vector<std::string> clauses);

    // Begins as a phone does that gets power.
    void forget();

    using Result = std::pair<wire::DnsQuestion, DnsAnswer>;
    std::optional<Result> on_datagram(wire::Instant now, const DatagramReceived& datagram);
    std::vector<Result> on_refused(wire::Instant now, const DatagramRefused& refused);
    // Over TCP, where a truncated answer is asked for again (RFC 7766 section 5).
    std::vector<Result> on_stream(wire::Instant now, const wire::Endpoint& server,
                                  std::string_view bytes);
    std::vector<Result> on_connection_lost(wire::Instant now, const wire::Endpoint& server);
    std::vector<Result> on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

  private:
    struct Query {
        std::vector<std::string> clauses;
        unsigned attempt = 0;  // over all servers
        std::uint16_t id = 0;
        std::uint16_t port = 0;  // 0: over TCP
        wire::Instant until;
    };
    using Queries = std::map<wire::DnsQuestion, Query>;

    wire::Endpoint server(const Query& query) const;
    unsigned most_attempts() const;
    void send(wire::Instant now, const wire::DnsQuestion& question, Query& query);
    void send_over_tcp(wire::Instant now, const wire::DnsQuestion& question, Query& query);
    std::optional<Result> on_answer(wire::Instant now, std::uint16_t port,
                                    const wire::Endpoint& from, std::string_view bytes);
    std::optional<Result> try_next(wire::Instant now, Queries::iterator query);
    Result finish(wire::Instant now, Queries::iterator query, DnsAnswer answer);

    Context& context_;
    DnsCache cache_;
    Queries queries_;
    std::map<wire::Endpoint, std::string> streams_;  // what has come of the next answer
};

}  // namespace twinline::phone
