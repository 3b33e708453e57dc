// The rig's probes and faults in virtual time: each fault is proven from the subject's probe
// address before, during and after, and from the unkeyed one during, just as in the lab.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/cast.hh"
#include "rig/scenario/proof.hh"
#include "rig/world/world.hh"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace twinline::shadow {

inline wire::Ipv4 address(std::string_view dotted) { return {scenario::address_value(dotted)}; }

class Probe {
  public:
    using Sink = std::function<void(timeline::Event&&)>;

    Probe(const scenario::Topology& topology, world::World& world, Sink sink)
        : topology_(topology), world_(world), sink_(std::move(sink)) {}

    // Proves that each server answers the subject's probe.
    void ready(const std::string& subject);
    void treat(const std::string& subject, const std::string& host,
               const scenario::Treatment& treatment);
    // The name servers answer the subject from another zone of the topology, for good.
    void set_zone(const std::string& subject, const std::string& zone);
    void heal(const std::string& subject, const std::string& host);
    void heal_all(const std::string& subject);
    // Every event of the wire; answers to probes are told by their Call-ID.
    void hear(const timeline::Event& event);
    // Runs the world on until every probe has its result.
    void finish();

  private:
    struct Question {
        std::string subject, host, from, phase, fault_id;
        std::string id_field;  // by which the capture knows it: call_id, dns_id or file
        std::string socket{};  // of a connection, likewise
        std::string status{};
        bool refused = false;
        std::function<void()> connected{};  // what goes on then
        bool untrusted = false;             // its certificate
    };
    struct Fault {
        std::string id;
        scenario::Treatment treatment;
    };

    void ask(const std::string& subject, const std::string& host, const std::string& from,
             const std::string& phase, const std::string& fault_id = {},
             const scenario::Treatment& treatment = {}, const scenario::Inquiry& inquiry = {});
    void ask_names(const std::string& key, const scenario::Inquiry& inquiry,
                   const wire::Endpoint& source, const wire::Endpoint& target);
    void ask_over_tcp(const std::string& key, const wire::Endpoint& source,
                      const wire::Endpoint& target, const std::string& query);
    void ask_securely(const std::string& key, const scenario::Host& host, wire::Ipv4 source);
    void ask_for_file(const std::string& key, const scenario::Host& host, wire::Ipv4 source,
                      wire::Duration longest_wait);
    void conclude(const std::string& key);
    void tell_fault(const std::string& subject, const std::string& host, const Fault& fault,
                    const std::string& state, timeline::Fields more = {});
    void tell(std::string kind, const std::string& subject, timeline::Fields fields);

    const scenario::Topology& topology_;
    world::World& world_;
    Sink sink_;
    std::map<std::pair<std::string, std::string>, Fault> treated_;  // by subject and host
    unsigned faults_ = 0;
    std::map<std::string, Question> open_;  // by Call-ID, or by the id of a DNS query
    unsigned asked_ = 0;
};

}  // namespace twinline::shadow
