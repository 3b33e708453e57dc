// The order within one fault: probe, onset, probes; healing, probe.
#include "rig/run/faults.hh"

#include <boost/asio/co_spawn.hpp>

#include <vector>

namespace twinline::run {

namespace asio = boost::asio;

asio::awaitable<void> Faults::probe(std::string host, std::string from, std::string phase,
                                    std::string fault_id) {
    const auto result = co_await bench_.lab.probe(from == "keyed" ? subject_ : from, host);
    bench_.log.write(bench_.clock.now(), subject_, "rig.probe",
                     {{"host", host},
                      {"from", from},
                      {"phase", phase},
                      {"result", result.answered ? "answered" : "silent"},
                      {"status", std::to_string(result.status)},
                      {"call_id", result.call_id},
                      {"fault_id", fault_id}});
}

void Faults::probe_beside(std::string host, std::string from, std::string phase,
                          std::string fault_id) {
    ++bench_.probes_under_way;
    asio::co_spawn(bench_.io,
                   probe(std::move(host), std::move(from), std::move(phase), std::move(fault_id)),
                   [&bench = bench_](std::exception_ptr error) {
                       --bench.probes_under_way;
                       if (error) bench.failed(error);
                   });
}

void Faults::tell(testbed::Wall at, const std::string& host, const std::string& state,
                  const std::string& id) {
    bench_.log.write(bench_.clock.at(at), subject_, "rig.fault",
                     {{"fault", "silence"}, {"host", host}, {"state", state}, {"fault_id", id}});
}

asio::awaitable<void> Faults::prove_ready() {
    for (const auto& host : bench_.scenario.topology.hosts)
        if (host.runs == scenario::HostRuns::kamailio)
            co_await probe(host.role, "keyed", "ready", {});
}

asio::awaitable<void> Faults::silence(std::string host) {
    if (active_.contains(host)) co_return;
    const auto id = "fault-" + std::to_string(++bench_.faults);
    co_await probe(host, "keyed", "before", id);
    const auto [fault, made] = active_.emplace(host, Fault{id, bench_.lab.silence(host, subject_)});
    tell(fault->second.rules.onset(), host, "on", id);
    probe_beside(host, "keyed", "during", id);
    probe_beside(host, "unkeyed", "during", id);
}

asio::awaitable<void> Faults::heal(std::string host) {
    const auto fault = active_.find(host);
    if (fault == active_.end()) co_return;
    const auto id = fault->second.id;
    const auto healed = fault->second.rules.heal();
    active_.erase(fault);
    tell(healed, host, "off", id);
    co_await probe(host, "keyed", "after", id);
}

asio::awaitable<void> Faults::heal_all() {
    std::vector<std::string> hosts;
    for (const auto& [host, fault] : active_) hosts.push_back(host);
    for (const auto& host : hosts) co_await heal(host);
}

}  // namespace twinline::run
