// The order of a session: lab, capture, readiness, phones, both parts at once, last proofs,
// statistics.
#include "rig/run/session.hh"

#include "rig/run/bench.hh"
#include "rig/run/part.hh"
#include "rig/run/phone_plan.hh"
#include "rig/run/tap.hh"
#include "rig/scenario/handset.hh"
#include "rig/scenario/record_files.hh"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <fstream>

namespace twinline::run {

namespace {

namespace asio = boost::asio;
namespace record = scenario::record;
using namespace std::chrono_literals;

class Session {
  public:
    Session(asio::io_context& io, const Plan& plan,
            std::function<void(const std::string&)> progress)
        : io_(io),
          plan_(plan),
          progress_(std::move(progress)),
          log_(plan.record / record::rig),
          lab_(
              io, plan.scenario.topology, plan.fixtures,
              [this](const std::string& what) { lab_trouble(what); }, &plan.device),
          bench_{io,
                 plan.scenario,
                 lab_,
                 clock_,
                 log_,
                 progress_,
                 [this](std::exception_ptr e) { fail(e); }},
          tap_(io, plan.scenario.topology, clock_.origin(), plan.record / record::capture,
               lab_.key_log().file(), [this](const timeline::Event& event) { hear(event); }) {}

    asio::awaitable<void> run() {
        const auto origin = clock_.origin().time_since_epoch().count();
        log_.write({}, {}, "rig.begin",
                   {{"origin_ns", std::to_string(origin)},
                    {"seed", std::to_string(plan_.seed)},
                    {"device", plan_.mutant.empty() ? plan_.device.id : "mutant/" + plan_.mutant}});
        if (const auto& handset = plan_.device.handset)
            log_.write({}, "device", "rig.identity",
                       {{"source", "device file"}, {"expected", scenario::identity_of(*handset)}});
        co_await lab_.ready();
        progress_("lab ready");
        parts_.emplace_back(bench_,
                            phone_plan(plan_.scenario, "twin", plan_.reference, {}, plan_.seed));
        parts_.emplace_back(
            bench_, phone_plan(plan_.scenario, "device", plan_.device, plan_.mutant, plan_.seed));
        for (auto& part : parts_) co_await part.prepare();
        for (auto& part : parts_) start(part);
        while (playing_ > 0 || bench_.probes_under_way > 0) co_await sleep(20ms);
        for (auto& part : parts_) part.power_off();
        co_await sleep(50ms);  // what is on the way still belongs to the capture
        finish();
    }

    std::exception_ptr error() const { return error_; }

  private:
    void start(Part& part) {
        bench_.gathering.expect(++playing_);
        asio::co_spawn(io_, part.play(), [this](std::exception_ptr error) {
            bench_.gathering.expect(--playing_);
            if (error) fail(error);
        });
    }

    asio::awaitable<void> sleep(std::chrono::milliseconds time) {
        asio::steady_timer timer(io_, time);
        co_await timer.async_wait(asio::use_awaitable);
    }

    void hear(const timeline::Event& event) {
        for (auto& part : parts_) part.hear(event);
    }

    void lab_trouble(const std::string& what) {
        log_.write(clock_.now(), {}, "rig.trouble", {{"whose", "lab"}, {"text", what}});
    }

    void fail(std::exception_ptr error) {
        if (!error_) error_ = error;
        io_.stop();
    }

    void finish() {
        const auto stats = tap_.finish();
        std::filesystem::copy_file(lab_.key_log().file(), plan_.record / record::keys);
        log_.write(clock_.now(), {}, "rig.capture",
                   {{"received", std::to_string(stats.received)},
                    {"dropped", std::to_string(stats.dropped)},
                    {"if_dropped", std::to_string(stats.if_dropped)}});
        log_.write(clock_.now(), {}, "rig.clock",
                   {{"drift_ns", std::to_string(clock_.drift().count())}});
        std::ofstream lab_log(plan_.lab_log);
        for (const auto& part : parts_)
            for (const auto& line : part.dut().log())
                lab_log << part.subject() << ": " << line << '\n';
        for (const auto& callee : lab_.callees())
            for (const auto& line : callee->log())
                lab_log << callee->name() << ": " << line << '\n';
        for (const auto& host : plan_.scenario.topology.hosts) {
            if (host.runs == scenario::HostRuns::dns) continue;
            const auto& lines = host.runs == scenario::HostRuns::configuration
                                    ? lab_.configuration(host.role).log()
                                    : lab_.server(host.role).log();
            for (const auto& line : lines) lab_log << host.role << ": " << line << '\n';
        }
    }

    asio::io_context& io_;
    const Plan& plan_;
    std::function<void(const std::string&)> progress_;
    RunClock clock_;
    RigLog log_;
    testbed::Lab lab_;
    Bench bench_;
    std::deque<Part> parts_;
    unsigned playing_ = 0;
    std::exception_ptr error_;
    Tap tap_;
};

}  // namespace

void perform(const Plan& plan, const std::function<void(const std::string&)>& progress) {
    asio::io_context io(1);
    bool interrupted = false;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        interrupted = true;
        io.stop();
    });
    Session session(io, plan, progress);
    std::exception_ptr thrown;
    asio::co_spawn(io, session.run(), [&](std::exception_ptr error) {
        thrown = error;
        io.stop();
    });
    io.run();
    if (interrupted) throw Interrupted();
    if (session.error()) std::rethrow_exception(session.error());
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace twinline::run
