// Server location (RFC 3263 section 4, RFC 2782, RFC 3403): from a configured server to the
// addresses to try, in order. It asks no one itself: step() names the questions it needs, learn()
// brings an answer.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/dns_cache.hh"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace twinline::phone {

struct Target {
    wire::Transport transport = wire::Transport::udp;
    wire::Endpoint endpoint;
    std::string name;    // the host name that led here
    std::string domain;  // the configured one, which a certificate must be for (RFC 5922)

    bool is_reliable() const { return transport != wire::Transport::udp; }
    bool is_same(const Target& other) const {
        return transport == other.transport && endpoint == other.endpoint;
    }

    bool operator==(const Target&) const = default;
};

inline std::string target_name(const Target& target) { return wire::to_string(target.endpoint); }

class Location {
  public:
    // `now`: when the location begins; what the configuration says is looked up at that instant.
    Location(wire::Instant now, Context& context, const config::Account& account,
             config::Server server);

    struct Question {
        wire::DnsQuestion dns;
        std::vector<std::string> clauses;  // why it is asked
    };
    struct Need {
        std::vector<Question> questions;
    };
    struct Found {
        std::vector<Target> targets;  // not empty
    };
    struct Nowhere {
        std::string reason;
        std::vector<std::string> clauses;
        bool unanswered = false;  // no DNS server gave an answer
    };
    using Step = std::variant<Need, Found, Nowhere>;

    Step step();
    void learn(const wire::DnsQuestion& question, DnsAnswer answer);
    // When the first of the answers used ends; reading dnsttl-record says which records count.
    wire::Instant good_until(wire::Instant failed_over) const;

  private:
    struct Ends {  // of what the DNS answered
        wire::Instant earliest = wire::Instant::max();
        wire::Duration shortest = wire::Duration::max();

        bool operator==(const Ends&) const = default;
    };
    Ends ends(std::optional<wire::DnsType> type) const;

    struct Service {  // a name to ask, the transport it stands for, and whether for SRV or for A
        std::string name;
        wire::Transport transport;
        wire::DnsType next;
        bool of_configuration = false;  // the DNS is not asked
    };

    const DnsAnswer* srv_of(const Service& service);
    const DnsAnswer* look_up(const std::string& name, wire::DnsType type,
                             std::vector<std::string> clauses);
    std::optional<std::vector<Service>> services_by_naptr();
    std::optional<std::vector<Target>> targets_by_services(const std::vector<Service>& services);
    std::optional<std::vector<Target>> targets_by_address(const std::string& name,
                                                          std::uint16_t port,
                                                          wire::Transport transport,
                                                          std::vector<std::string> clauses);
    const DnsAnswer* known(const wire::DnsQuestion& question);
    DnsAnswer* configured(const wire::DnsQuestion& question);
    bool prefers(const wire::DnsQuestion& question, const DnsAnswer& configured);
    const DnsAnswer* use(const wire::DnsQuestion& question, DnsAnswer& configured);
    bool asks_naptr() const;
    bool keeps_transport() const;
    std::optional<std::uint16_t> port_without_srv() const;
    std::vector<Service> services_without_naptr();
    void add_configured_services(std::vector<Service>& services);
    bool takes_further_records() const;
    void add_configured(std::vector<Target>& targets);
    std::vector<wire::ARecord> in_order(std::vector<wire::ARecord> addresses) const;
    std::optional<std::vector<Target>> locate();
    wire::Transport configured_transport() const;
    std::uint16_t default_port(wire::Transport transport) const;

    wire::Instant now_;
    config::Server server_;
    Context* context_;
    const config::Account* account_;
    std::map<wire::DnsQuestion, DnsAnswer> answers_;
    std::map<wire::DnsQuestion, DnsAnswer> static_;  // those that the configuration gave
    std::map<std::string, std::vector<wire::SrvRecord>>
        drawn_;  // SRV name -> its order, drawn once
    std::vector<Question> needed_;
    bool denied_ = false;  // RFC-2782-04
    bool dns_failed_ = false;
};

}  // namespace twinline::phone
