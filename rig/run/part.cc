// A loop: the next step that is due, or a glance at the phone, until the end or the limit.
#include "rig/run/part.hh"

#include "rig/scenario/handset.hh"
#include "rig/testbed/outer.hh"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

namespace twinline::run {

namespace asio = boost::asio;
using scenario::ActionKind;
using timeline::Instant;

namespace {

constexpr std::chrono::milliseconds glance{500};  // how often a phone is looked after
constexpr std::size_t most_early = 1000;
constexpr std::chrono::milliseconds worth_telling{20};  // of a wait for a processor

std::string text_of(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

Part::Part(Bench& bench, testbed::DutPlan plan)
    : bench_(bench),
      subject_(plan.subject),
      matcher_(bench.scenario, plan.subject),
      faults_(bench, plan.subject),
      wake_(bench.io),
      done_(bench.scenario.steps.size()) {
    dut_ = bench.lab.phone(
        std::move(plan), [this](std::string_view line) { json_line(line); },
        [this](const std::string& kind, timeline::Fields fields) {
            told(kind, std::move(fields));
        });
}

asio::awaitable<void> Part::prepare() {
    co_await dut_->prepare();
    co_await faults_.prove_ready();
}

void Part::hear(const timeline::Event& event) {
    if (ended_ || event.subject != subject_) return;
    dut_->hear(event);
    if (!dut_->device().handset) return take(event);
    if (powered_on_) return take(event);
    early_.push_back(event);
    if (early_.size() > most_early) early_.pop_front();
}

void Part::take(const timeline::Event& event) {
    heard_of_ = heard_of_ || event.direction == timeline::Direction::out;
    matcher_.feed(event);
    wake_.cancel();
}

std::optional<Part::Due> Part::next_step() const {
    std::optional<Due> next;
    for (std::size_t i = 0; i < done_.size(); ++i) {
        if (done_[i]) continue;
        const auto due = matcher_.due(bench_.scenario.steps[i].when);
        if (due && (!next || *due < next->at)) next = Due{i, *due};
    }
    return next;
}

asio::awaitable<void> Part::play() {
    matcher_.tell("start", bench_.clock.now());
    while (!ended_) {
        const auto now = bench_.clock.now();
        const auto next = next_step();
        if (next && next->at <= now) {
            done_[next->step] = true;
            co_await perform(bench_.scenario.steps[next->step], next->at);
            continue;
        }
        check_phone();
        measure_wait();
        if (powered_on_ && now >= *powered_on_ + bench_.scenario.limit) {
            bench_.log.write(now, subject_, "rig.stimulus", {{"what", "limit reached"}});
            ended_ = true;
        }
        if (ended_) break;
        auto until = now + glance;
        if (next) until = std::min<Instant>(until, next->at);
        wake_.expires_at(bench_.clock.steady(until));
        boost::system::error_code cancelled;
        co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    co_await faults_.heal_all();
    bench_.progress(subject_ + ": done");
}

asio::awaitable<void> Part::perform(const scenario::Step& step, Instant due) {
    const auto now = bench_.clock.now();
    const auto what = scenario::to_text(step);
    bench_.progress(subject_ + ": " + what);
    // The end is an instant, whenever it is found to have come; and so is what a page shows, though
    // whoever reads one takes their time.
    const bool is_end = step.action == ActionKind::end;
    const bool may_wait = is_before_the_phone(step) || step.action == ActionKind::look;
    const auto since = is_end ? now : may_wait ? std::max(due, free_since_) : due;
    const auto late = std::chrono::duration<double, std::milli>(now - since);
    bench_.log.write(now, subject_, "rig.lag",
                     {{"late_ms", std::to_string(late.count())}, {"what", what}});
    switch (step.action) {
        case ActionKind::power_on: {
            auto booting = dut_->power_on();
            co_await boot(std::move(booting), what);
            co_return;
        }
        case ActionKind::flash: {
            auto booting = dut_->flash(step.target);
            co_await boot(std::move(booting), what);
            co_return;
        }
        case ActionKind::look:
            co_await look(step.target, due);
            break;
        case ActionKind::treat:
            co_await faults_.treat(step.target, step.treatment);
            break;
        case ActionKind::heal:
            co_await faults_.heal(step.target);
            break;
        case ActionKind::set_zone:
            co_await faults_.set_zone(step.target);
            break;
        case ActionKind::notify:
            co_await notify(step);
            break;
        case ActionKind::caller:
            call(step);
            break;
        case ActionKind::forget:
            if (tells(step.target))
                co_await bench_.lab.server(step.target)
                    .forget_bindings(bench_.lab.sources(subject_));
            co_await read(step.target);
            break;
        case ActionKind::read:
            co_await read(step.target);
            break;
        case ActionKind::end:
            ended_ = true;
            break;
        default:
            dut_->act(scenario::command_of(step.action), step.target);
    }
    bench_.log.write(is_end ? due : bench_.clock.now(), subject_, "rig.stimulus", {{"what", what}});
    free_since_ = bench_.clock.now();
}

// Until the phone is on, faults and their proofs take as long as they take, unless something comes
// later that counts from the start, too.
bool Part::is_before_the_phone(const scenario::Step& step) const {
    if (matcher_.at("power-on")) return false;
    if (step.action != ActionKind::power_on) return true;
    for (std::size_t i = 0; i < done_.size(); ++i)
        if (!done_[i] && bench_.scenario.steps[i].when.event == "start") return false;
    return true;
}

// A server that is dead for the subject says nothing.
asio::awaitable<void> Part::notify(const scenario::Step& step) {
    if (faults_.is_dead(step.target)) co_return;
    const auto& phone = bench_.scenario.topology.subjects.at(subject_).phone;
    if (step.notice == "check-sync" || step.notice == "reboot") dut_->expect_reload();
    if (!scenario::is_unsolicited(step.notice))
        co_return co_await bench_.lab.server(step.target).tell(phone, step.notice);
    const std::string event = step.notice == "reboot" ? "check-sync;reboot=true" : step.notice;
    co_await bench_.lab.server(step.target).notify(phone, event);
}

// One that is gone, or stands still, cannot.
bool Part::tells(const std::string& host) {
    const auto& server = bench_.lab.server(host);
    return server.alive() && !server.stands_still() && !server.is_down();
}

asio::awaitable<void> Part::read(const std::string& host) {
    std::optional<scenario::Holdings> held;
    if (tells(host)) held = co_await bench_.lab.server(host).holdings(bench_.lab.sources(subject_));
    for (auto& [kind, fields] : scenario::events_of(host, held ? &*held : nullptr))
        bench_.log.write(bench_.clock.now(), subject_, kind, std::move(fields));
}

// Whom a dead server serves it cannot be reached by: its caller tries, as callers do.
void Part::call(const scenario::Step& step) {
    for (const auto& callee : bench_.lab.callees())
        if (callee->server() == step.target && callee->subject() == subject_)
            callee->act(step.notice);
}

// What the reference shows it says when it does, and the twin's is on the timeline already. A page
// is as it was when it was asked for, however long it took to read.
asio::awaitable<void> Part::look(const std::string& page, Instant asked) {
    if (dut_->can("json-lines")) {
        for (const auto& line : shown_)
            bench_.log.write(asked, subject_, "rig.error-message", {{"text", line}});
        co_return;
    }
    try {
        const auto shown = co_await dut_->look(page);
        for (const auto& line : shown.lines)
            bench_.log.write(asked, subject_, "rig.error-message", {{"text", line}});
        note_stale(shown.lines, shown.stale, asked);
    } catch (const std::exception& error) {
        trouble(error.what());
    }
}

// What was on a page before proves nothing, and whether it came again cannot be seen.
void Part::note_stale(const std::vector<std::string>& fresh, const std::vector<std::string>& stale,
                      Instant asked) {
    const auto shows = [&](const std::vector<std::string>& lines,
                           const scenario::Pattern& pattern) {
        return std::ranges::any_of(lines, [&](const std::string& line) {
            timeline::Event event;
            event.at = asked;
            event.subject = subject_;
            event.kind = "rig.error-message";
            event.fields["text"] = line;
            return scenario::matches(pattern, event);
        });
    };
    for (const auto& [name, pattern] : bench_.scenario.events)
        if (shows(stale, pattern) && !shows(fresh, pattern))
            bench_.log.write(asked, subject_, "rig.stale-page", {{"event", name}});
}

// A handset that does not come up is trouble with that handset.
asio::awaitable<void> Part::boot(asio::awaitable<testbed::Wall> booting, const std::string& what) {
    Instant at{};
    if (dut_->device().handset && powered_on_) {
        powered_on_.reset();
        early_.clear();
        bench_.log.write(bench_.clock.now(), subject_, "rig.off", {{"what", what}});
    }
    try {
        at = bench_.clock.at(co_await std::move(booting));
    } catch (const testbed::Unavailable&) {
        throw;
    } catch (const std::exception& error) {
        if (!dut_->device().handset) throw;
        co_return trouble(error.what());
    }
    powered_on_ = at;
    matcher_.tell("power-on", at);
    bench_.log.write(at, subject_, "rig.stimulus", {{"what", what}});
    // What a handset does before it has its configuration an earlier one says; what it does after
    // that may have been seen before we knew that it had.
    for (const auto& event : std::exchange(early_, {}))
        if (event.at >= at) take(event);
}

// What is asked of the person at the desk is said where it is read.
void Part::told(const std::string& kind, timeline::Fields fields) {
    if (ended_) return;
    if (kind == "rig.prompt") std::cerr << "\n*** " << fields["text"] << '\n' << std::flush;
    bench_.log.write(bench_.clock.now(), subject_, kind, std::move(fields));
}

// A phone that was ended or never came up is trouble with the phone, not a breach of a clause; a
// device that crashes at its work is a finding.
void Part::check_phone() {
    if (!powered_on_ || ended_) return;
    if (!dut_->alive() && dut_->crashed() && heard_of_ && subject_ == "device") {
        told("rig.crash", {{"text", "was ended by " + dut_->end()}, {"log", last_words()}});
        ended_ = true;
        return;
    }
    if (!dut_->alive()) return trouble("ended by itself (" + dut_->end() + ")");
    const auto boot = dut_->device().boot;
    if (!heard_of_ && bench_.clock.now() > *powered_on_ + boot)
        trouble("sent no packet within " +
                std::to_string(std::chrono::duration_cast<std::chrono::seconds>(boot).count()) +
                " s of power-on");
}

// A machine with too much to do makes phones late, some more than others.
void Part::measure_wait() {
    const auto more = std::chrono::duration<double, std::milli>(
        waits_.more(dut_->waited(), std::chrono::steady_clock::now()));
    if (more > worth_telling)
        bench_.log.write(bench_.clock.now(), subject_, "rig.lag",
                         {{"late_ms", std::to_string(more.count())}, {"what", "processor"}});
}

std::string Part::last_words() const {
    std::string words;
    const auto& lines = dut_->log();
    for (auto i = lines.size() - std::min<std::size_t>(lines.size(), 5); i < lines.size(); ++i)
        words += "\n" + lines[i];
    return words.empty() ? ", it printed nothing" : "; its last words:" + words;
}

void Part::trouble(const std::string& text) {
    bench_.log.write(bench_.clock.now(), subject_, "rig.trouble",
                     {{"whose", subject_},
                      {"text", dut_->device().id + " (" + subject_ + ") " + text + last_words()}});
    ended_ = true;
}

// What the reference says of itself. Only the twin's reasons count: a device is judged by what it
// did.
void Part::json_line(std::string_view line) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) return;
    const auto kind = json.value("kind", "");
    if (subject_ != "twin") {
        if (kind == "error-message") shown_.push_back(json.value("text", ""));
        return;
    }
    if (kind != "decision" && kind != "display" && kind != "call" && kind != "media" &&
        kind != "subscription" && kind != "provisioning" && kind != "error-message")
        return;
    const testbed::Wall wall{std::chrono::nanoseconds(json.value("wall_ns", std::int64_t{0}))};
    timeline::Fields fields;
    std::vector<std::string> clauses;
    for (const auto& [name, value] : json.items()) {
        if (name == "clauses") clauses = value.get<std::vector<std::string>>();
        if (name == "keys")
            for (const auto& [key, key_value] : value.items()) fields[key] = text_of(key_value);
        if (name != "clauses" && name != "keys" && name != "kind" && name != "wall_ns" &&
            name != "at_ms")
            fields[name] = text_of(value);
    }
    bench_.log.write(bench_.clock.at(wall), subject_, "rig." + kind, std::move(fields),
                     std::move(clauses));
}

}  // namespace twinline::run
