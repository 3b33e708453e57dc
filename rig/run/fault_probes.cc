// What a fault is proven by: questions of the rig, from the address that is to meet it and from one
// that is not.
#include "rig/run/faults.hh"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace twinline::run {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds outward_deadline{20};
// Where an answer is to be expected, which ends the wait: a busy machine may take its time.
constexpr std::chrono::milliseconds patience{3000};

}  // namespace

asio::awaitable<void> Faults::probe(std::string host, std::string from, std::string phase,
                                    std::string fault_id, std::string method,
                                    scenario::Inquiry inquiry) {
    if (phase == "during" && inquiry.later > timeline::Duration{}) {
        asio::steady_timer pause(bench_.io, inquiry.later);
        co_await pause.async_wait(asio::use_awaitable);
    }
    const std::string asker = from == "keyed" ? subject_ : from;
    // Nobody answers what a host sends by itself: that it came is all that there is to see.
    const bool outward = inquiry.asks == scenario::Inquiry::Asks::outward && phase != "during";
    const auto result = co_await bench_.lab.probe(asker, host,
                                                  outward             ? outward_deadline
                                                  : phase == "during" ? testbed::probe_deadline
                                                                      : patience,
                                                  method, inquiry);
    timeline::Fields fields{{"host", host},
                            {"from", from},
                            {"phase", inquiry.phase(phase)},
                            {"result", result.answered    ? "answered"
                                       : result.untrusted ? "untrusted"
                                       : result.refused   ? "refused"
                                                          : "silent"},
                            {"status", std::to_string(result.status)},
                            {"fault_id", fault_id}};
    for (const auto& [name, value] :
         {std::pair{"dns_id", &result.dns_id}, std::pair{"call_id", &result.call_id},
          std::pair{"transaction", &result.transaction}, std::pair{"download", &result.file},
          std::pair{"socket", &result.socket}})
        if (!value->empty()) fields.emplace(name, *value);
    bench_.log.write(bench_.clock.now(), subject_, "rig.probe", std::move(fields));
}

void Faults::probe_beside(std::string host, std::string from, std::string phase,
                          std::string fault_id, std::string method, scenario::Inquiry inquiry) {
    ++bench_.probes_under_way;
    asio::co_spawn(bench_.io,
                   probe(std::move(host), std::move(from), std::move(phase), std::move(fault_id),
                         std::move(method), inquiry),
                   [&bench = bench_](std::exception_ptr error) {
                       --bench.probes_under_way;
                       if (error) bench.failed(error);
                   });
}

asio::awaitable<void> Faults::prove_ready() {
    for (const auto& host : bench_.scenario.topology.hosts)
        if (host.runs != scenario::HostRuns::dns)
            co_await probe(host.role, "keyed", "ready", std::string());
}

}  // namespace twinline::run
