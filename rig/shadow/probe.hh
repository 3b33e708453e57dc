// The rig's probes and faults in virtual time: each silence is proven from the subject's probe
// address before, during and after, and from the unkeyed one during, just as in the lab.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/scenario.hh"
#include "rig/world/world.hh"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace twinline::shadow {

class Probe {
  public:
    using Sink = std::function<void(timeline::Event&&)>;

    Probe(const scenario::Topology& topology, world::World& world, Sink sink)
        : topology_(topology), world_(world), sink_(std::move(sink)) {}

    // Proves that each server answers the subject's probe.
    void ready(const std::string& subject);
    void silence(const std::string& subject, const std::string& host);
    void heal(const std::string& subject, const std::string& host);
    void heal_all(const std::string& subject);
    // Every event of the wire; answers to probes are told by their Call-ID.
    void hear(const timeline::Event& event);
    // Runs the world on until every probe has its result.
    void finish();

  private:
    struct Question {
        std::string subject, host, from, phase, fault_id;
        bool answered = false;
    };

    void ask(const std::string& subject, const std::string& host, const std::string& from,
             const std::string& phase, const std::string& fault_id = {});
    void conclude(const std::string& call_id);
    void tell(std::string kind, const std::string& subject, timeline::Fields fields);

    const scenario::Topology& topology_;
    world::World& world_;
    Sink sink_;
    std::map<std::pair<std::string, std::string>, std::string>
        silenced_;  // subject, host -> fault id
    unsigned faults_ = 0;
    std::map<std::string, Question> open_;  // by Call-ID
    unsigned asked_ = 0;
};

}  // namespace twinline::shadow
