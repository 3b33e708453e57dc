// The configuration servers of virtual time: one request for one file, as the wire would show it
// and as a phone's driver would tell of it.
#pragma once

#include "probes/timeline/event.hh"
#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/output.hh"
#include "rig/scenario/scenario.hh"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace twinline::world {

struct FileEvent {
    wire::Instant at{};
    wire::Ipv4 source;  // the phone, or a probe
    wire::Ipv4 server;
    std::string kind;  // "config.attempt", "config.request", "config.response", or a refusal
    timeline::Fields fields;
    std::vector<std::string> clauses;  // why it was asked for
    bool from_server = false;
};

// What the servers need of the world around them.
struct FileWorld {
    std::function<wire::Instant()> time;
    std::function<void(wire::Duration after, std::function<void()>)> later;
    std::function<const scenario::Treatment*(wire::Ipv4 host, wire::Ipv4 source)> treatment_of;
    std::function<void(const FileEvent&)> tell;
    std::function<void(wire::Ipv4 host, wire::Ipv4 source, std::function<void()>)> when_healed;
};

class FileServers {
  public:
    using Done = std::function<void(const phone::Fetched&)>;

    FileServers(const scenario::Topology& topology, FileWorld world)
        : topology_(topology), world_(std::move(world)) {}

    // `done` hears of it unless it is stopped before.
    unsigned ask(wire::Ipv4 source, const phone::Fetch& fetch, Done done);
    void stop(unsigned request);

  private:
    struct Request {
        unsigned number = 0;
        wire::Ipv4 source;
        phone::Fetch fetch;
        Done done;
    };

    std::string role_of(wire::Ipv4 address) const;  // empty: nobody is there
    const scenario::Host* server_of(const Request& request) const;
    void connected(const Request& request);
    void serve(const Request& request, const scenario::Host& server);
    void give(const Request& request, const std::string& file,
              const scenario::Treatment* treatment);
    void respond(const Request& request, const std::string& status, std::size_t octets,
                 const std::string& outcome);
    void refuse(const Request& request);
    void seek(const Request& request, wire::Duration search);
    void lose(const Request& request, phone::Fetched::Outcome outcome);  // if it is still sought
    // What the network says of it.
    void hear(const Request& request, std::string kind, timeline::Fields fields);
    void say(const Request& request, std::string kind, timeline::Fields fields);
    void end(const Request& request, wire::Duration after, phone::Fetched fetched);
    void after(wire::Duration time, const Request& request, std::function<void()> action);

    scenario::Topology topology_;
    FileWorld world_;
    std::set<unsigned> open_;
    std::set<unsigned> sought_;  // of those, whose server may not be there
    unsigned asked_ = 0;
};

}  // namespace twinline::world
