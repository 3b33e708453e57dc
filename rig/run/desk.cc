// One line after the other: the next one waits until what the last one ordered has taken effect.
#include "rig/run/desk.hh"

#include "rig/run/part.hh"
#include "rig/run/phone_plan.hh"
#include "rig/run/tap.hh"
#include "rig/scenario/action_loader.hh"
#include "rig/scenario/cast.hh"
#include "rig/scenario/handset.hh"
#include "rig/testbed/outer.hh"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <deque>
#include <unistd.h>

namespace twinline::run {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Takes `word` and the space behind it off the line.
bool takes(std::string_view& line, std::string_view word) {
    if (line != word && !(line.starts_with(word) && line.substr(word.size()).starts_with(' ')))
        return false;
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    return true;
}

std::string as_lines(const scenario::Holdings& held) {
    std::string text;
    for (const auto& binding : held.bindings)
        text += fmt::format("\n  {} -> {}, {} s left", binding.user, binding.contact, binding.left);
    if (held.subscriptions)
        for (const auto& subscription : *held.subscriptions)
            text += fmt::format("\n  {} of {}, {} s left", subscription.event, subscription.user,
                                subscription.left);
    return text;
}

class Desk {
  public:
    Desk(asio::io_context& io, const DeskPlan& plan, const DeskHearing& hearing)
        : io_(io),
          plan_(plan),
          hearing_(hearing),
          log_(testbed::work_area() / "desk.jsonl", hearing.event),
          lab_(
              io, plan.scenario.topology, plan.fixtures,
              [this](const std::string& what) { hearing_.refusal("the lab: " + what); },
              plan.device),
          bench_{io,
                 plan.scenario,
                 lab_,
                 clock_,
                 log_,
                 [](const std::string&) {},
                 [this](std::exception_ptr error) { failed(error); }},
          tap_(io, plan.scenario.topology, clock_.origin(), plan.capture, lab_.key_log().file(),
               [this](const timeline::Event& event) { hear(event); }),
          input_(io, ::dup(STDIN_FILENO)) {}

    asio::awaitable<void> run() {
        co_await lab_.ready();
        add("twin", plan_.reference, {});
        if (plan_.device != nullptr) add("device", *plan_.device, plan_.mutant);
        for (auto& part : parts_) co_await part.prepare();
        hearing_.answer("the lab is up; \"help\" says what can be said");
        co_await attend();
        for (auto& part : parts_) co_await part.heal_all();
        while (bench_.probes_under_way > 0) co_await sleep(20ms);
        for (auto& part : parts_) part.power_off();
        co_await sleep(50ms);  // what is on the way still belongs to the capture
        const auto stats = tap_.finish();
        hearing_.answer(fmt::format("{}: {} frames, {} lost", plan_.capture.string(),
                                    stats.received, stats.dropped + stats.if_dropped));
    }
    void stop() {
        stopped_ = true;
        input_.close();
        pause_.cancel();
    }
    unsigned refused() const { return refused_; }

  private:
    void add(const std::string& subject, const scenario::Device& device,
             const std::string& mutant) {
        parts_.emplace_back(bench_,
                            phone_plan(plan_.scenario, subject, device, mutant, plan_.seed));
    }

    void hear(const timeline::Event& event) {
        for (auto& part : parts_) part.hear(event);
        hearing_.event(event);
    }

    void failed(std::exception_ptr error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            hearing_.refusal(e.what());
        }
    }

    asio::awaitable<void> sleep(std::chrono::milliseconds time) {
        pause_.expires_after(time);
        boost::system::error_code cancelled;
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }

    asio::awaitable<void> attend() {
        constexpr std::size_t longest_line = 64 * 1024;
        std::string buffer;
        for (;;) {
            boost::system::error_code error;
            const auto length = co_await asio::async_read_until(
                input_, asio::dynamic_buffer(buffer, longest_line), '\n',
                asio::redirect_error(asio::use_awaitable, error));
            if (stopped_) co_return;
            const bool last = error.failed();
            auto line = last ? buffer : buffer.substr(0, length - 1);
            buffer.erase(0, last ? buffer.size() : length);
            while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0)
                line.pop_back();
            line.erase(0, line.find_first_not_of(" \t"));
            if (line == "quit" || line == "exit") co_return;
            if (!line.empty() && !line.starts_with('#')) co_await obey_or_refuse(line);
            if (last || stopped_) co_return;
        }
    }

    asio::awaitable<void> obey_or_refuse(std::string line) {
        std::string why;
        try {
            co_await obey(line);
        } catch (const scenario::BadInput& error) {
            for (const auto& fault : error.faults()) why += (why.empty() ? "" : "; ") + fault.text;
        } catch (const std::exception& error) {
            why = error.what();
        }
        if (why.empty()) co_return;
        ++refused_;
        hearing_.refusal(line + ": " + why);
    }

    asio::awaitable<void> obey(std::string_view line) {
        if (line == "help") co_return hearing_.answer(desk_help());
        if (line == "status") co_return co_await tell_status();
        if (line == "reload") co_return reload();
        if (takes(line, "wait")) {
            const auto time = scenario::read_wait(line);
            co_return co_await sleep(std::chrono::duration_cast<std::chrono::milliseconds>(time));
        }
        std::string_view only;
        for (const auto& part : parts_)
            if (only.empty() && takes(line, part.subject())) only = part.subject();
        const auto step = scenario::read_order(line, plan_.scenario);
        for (const auto& part : parts_)
            if (only.empty() || part.subject() == only) check(step, part);
        for (auto& part : parts_)
            if (only.empty() || part.subject() == only) co_await part.perform(step, clock_.now());
    }

    void check(const scenario::Step& step, const Part& part) const {
        const auto fault = part.fault_of(step.target);
        const auto& device = part.dut().device();
        const bool may_not = device.handset || step.action == scenario::ActionKind::look;
        if (const auto why = scenario::unfit_for(device, plan_.scenario, step);
            may_not && !why.empty())
            throw std::runtime_error(why);
        if (step.action == scenario::ActionKind::treat && !fault.empty())
            throw std::runtime_error("there is \"" + fault + "\" already; heal " + step.target +
                                     " first");
        if (!lab_can(plan_.scenario.topology, step))
            throw std::runtime_error("no server of the lab can be made to do that");
    }

    asio::awaitable<void> tell_status() {
        std::string text;
        for (const auto& part : parts_)
            text += fmt::format("{} ({}) {}: {}\n", part.subject(), part.dut().device().id,
                                plan_.scenario.topology.subjects.at(part.subject()).phone,
                                part.dut().alive()         ? "runs"
                                : part.dut().end().empty() ? "off"
                                                           : "ended, " + part.dut().end());
        for (const auto& host : plan_.scenario.topology.hosts) {
            text += fmt::format("{} {}:{}", host.role, host.address,
                                host.runs == scenario::HostRuns::dns ? 53 : host.port);
            if (host.runs == scenario::HostRuns::kamailio) {
                auto& server = lab_.server(host.role);
                if (server.stands_still())
                    text += " stands still";
                else if (server.is_down())
                    text += " is down";
                else if (server.alive())
                    text += as_lines(co_await server.holdings({}));
                else
                    text += " has died";
            }
            for (const auto& part : parts_)
                if (const auto fault = part.fault_of(host.role); !fault.empty())
                    text += fmt::format("\n  for {}: {}", part.subject(), fault);
            text += '\n';
        }
        text.pop_back();
        hearing_.answer(text);
    }

    // The zone as the topology's file has it now, for each phone.
    void reload() {
        scenario::Topology now;
        try {
            now = scenario::load_topology(plan_.scenario.topology.place.file);
        } catch (const scenario::BadInput& error) {
            throw std::runtime_error(error.what());  // with file and line
        }
        for (const auto& host : plan_.scenario.topology.hosts) {
            if (host.runs != scenario::HostRuns::dns) continue;
            for (const auto& part : parts_)
                for (const auto& source : lab_.sources(part.subject()))
                    lab_.dns(host.role).names().replace_zone(scenario::address_value(source),
                                                             now.zone);
        }
        hearing_.answer("the name servers answer from " + plan_.scenario.topology.place.file);
    }

    asio::io_context& io_;
    const DeskPlan& plan_;
    const DeskHearing& hearing_;
    RunClock clock_;
    RigLog log_;
    testbed::Lab lab_;
    Bench bench_;
    std::deque<Part> parts_;
    Tap tap_;
    asio::posix::stream_descriptor input_;
    asio::steady_timer pause_{io_};
    unsigned refused_ = 0;
    bool stopped_ = false;
};

}  // namespace

std::string desk_help() {
    std::string text =
        "help, status, reload (the zone, from the topology's file), wait 5 s, quit\n"
        "and what a scenario's timeline takes, for every phone, or after \"twin\" or \"device\" "
        "for one:";
    for (const auto word : scenario::orders())
        if (word != "end") text += fmt::format("\n  {}", word);
    return text;
}

unsigned attend(const DeskPlan& plan, const DeskHearing& hearing) {
    asio::io_context io(1);
    Desk desk(io, plan, hearing);
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (!error) desk.stop();
    });
    std::exception_ptr thrown;
    asio::co_spawn(io, desk.run(), [&](std::exception_ptr error) {
        thrown = error;
        io.stop();
    });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    return desk.refused();
}

}  // namespace twinline::run
