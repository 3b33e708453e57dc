// Steps hang on the phone's own registrations and requests, as in every scenario: the reference
// refreshes when the phone did, give or take what a choice can be told by, and its faults move with
// it.
#include "rig/field/stage.hh"

#include "rig/field/anchors.hh"
#include "rig/field/surroundings.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/shadow/join.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::field {

namespace {

using scenario::ActionKind;
using timeline::Direction;
using timeline::Duration;
using timeline::Event;
using timeline::Instant;

constexpr Duration power_on_after = std::chrono::milliseconds{200};
constexpr Duration onset_takes = std::chrono::milliseconds{21};  // the rig's proof before a fault
constexpr Duration tail = std::chrono::seconds{1};

class StageBuilder {
  public:
    StageBuilder(const Phone& phone, const Environment& met, const Settings& settings,
                 Sequel sequel)
        : phone_(phone),
          met_(met),
          settings_(settings),
          sequel_(sequel),
          scenario_(std::make_unique<scenario::Scenario>()) {}

    Stage run() {
        head();
        auto surroundings = surroundings_of(phone_, met_, settings_);
        scenario_->topology = std::move(surroundings.topology);
        place_start();
        steps();
        auto scene = shadow::scene_of(*scenario_);
        settle(scene.config);
        Stage stage{std::move(scenario_), std::move(scene), {}, shift_, visible_from_, {}};
        stage.seen = seen();
        stage.notes = std::move(surroundings.notes);
        return stage;
    }

  private:
    void head() {
        scenario_->id = settings_.vendor + "/field/capture";
        scenario_->title = "What a phone of the field met";
        scenario_->vendor = settings_.vendor;
        scenario_->firmware = settings_.firmware;
        scenario_->feature = "field";
        scenario_->tier = 2;
        scenario_->config = settings_.text;
        scenario_->config_line = 1;
        scenario_->place.file = settings_.file;
    }

    // Where the capture begins on the scenario's clock. A phone that was registered already is
    // given a registration first, whose refresh falls on the first one seen.
    void place_start() {
        const Instant on = Instant{} + power_on_after;
        visible_from_ = on;
        shift_ = on - met_.begin;
        if (!met_.late_start) return;
        constexpr Duration age = std::chrono::seconds{5};
        bool leaves = false;
        for (const auto& event : phone_.events)
            if (event.kind == "sip.request" && event.direction == Direction::out &&
                event.field("method") == "REGISTER") {
                home_ = met_.at(event.peer);
                first_refresh_ = event.at;
                leaves = event.field("expires") == "0";
                break;
            }
        if (leaves) {  // it is its user that it follows, so the binding may be of any age
            shift_ = on + age - met_.begin;
            visible_from_ = on + age;
            return;
        }
        Duration lifetime = std::chrono::seconds(met_.grants);
        for (const auto& event : phone_.events)
            if (event.kind == "sip.response" && event.field("method") == "REGISTER" &&
                event.field("status") == "200" && !event.field("expires").empty()) {
                lifetime = std::chrono::seconds(std::stoul(std::string(event.field("expires"))));
                break;
            }
        constexpr int refresh_percent = 85;
        shift_ = on + lifetime * refresh_percent / 100 - first_refresh_;
        visible_from_ = std::max(on + std::chrono::milliseconds{1}, met_.begin + shift_);
    }

    Instant on_stage(Instant in_capture) const { return in_capture + shift_; }

    void add(scenario::Trigger when, ActionKind kind, std::string target,
             scenario::Treatment treatment = {}, std::string deed = {}) {
        scenario::Step step;
        step.when = std::move(when);
        step.action = kind;
        step.target = std::move(target);
        step.treatment = std::move(treatment);
        step.notice = std::move(deed);
        scenario_->steps.push_back(std::move(step));
    }

    void at(Instant in_capture, ActionKind kind, const std::string& target,
            const scenario::Treatment& treatment = {}) {
        planned_.push_back({in_capture, kind, target, treatment, {}});
    }

    void steps() {
        std::vector<std::string> silenced;
        for (const auto& server : met_.servers) {
            const bool hidden = met_.late_start && !server.names && home_ != nullptr &&
                                &server != home_ && server.contacted;
            if (hidden) {
                add({"start", {}, {}}, ActionKind::treat, server.role, {});
                silenced.push_back(server.role);
            }
            for (const auto& spell : server.spells) plan(server, spell, hidden);
            heal_between(server);
        }
        add({"start", power_on_after, {}}, ActionKind::power_on, {});
        for (const auto& role : silenced)
            at(met_.begin - std::chrono::milliseconds{500}, ActionKind::heal, role);
        for (std::size_t i = 1; i < met_.zones.size(); ++i)
            at(met_.zones[i].onset->instant() - onset_takes, ActionKind::set_zone,
               fmt::format("zone-{}", i));
        for (const auto& act : met_.acts)
            planned_.push_back({act.at, act.kind, act.target, {}, act.deed});
        std::ranges::stable_sort(planned_, {}, &Planned::at);
        const Anchors anchors(phone_, met_, Instant{} + power_on_after - shift_);
        for (const auto& step : planned_)
            add(anchors.trigger(step.at, scenario_->events), step.kind, step.target, step.treatment,
                step.deed);
        const auto end = on_stage(met_.end) - (Instant{} + power_on_after);
        const Duration beyond = tail + std::chrono::seconds(met_.grants) / 4 +
                                std::chrono::seconds(sequel_ == Sequel::of_a_pause ? 1800 : 0);
        add({"power-on", end + beyond, {}}, ActionKind::end, {});
        scenario_->limit = end + beyond + tail;
    }

    void plan(const Server& server, const Spell& spell, bool hidden) {
        if (spell.onset.after || met_.late_start)
            at((spell.onset.after ? spell.onset.instant() : met_.begin) - onset_takes,
               ActionKind::treat, server.role, spell.treatment);
        else if (!hidden)
            add({"start", {}, {}}, ActionKind::treat, server.role, spell.treatment);
    }

    // Where one trouble gives way to the next, the first must not be healed after the second began.
    void heal_between(const Server& server) {
        for (auto spell = server.spells.begin(); spell != server.spells.end(); ++spell) {
            if (!spell->end) continue;
            auto over = spell->end->instant();
            if (const auto next = spell + 1; next != server.spells.end())
                over = std::min(over, next->onset.instant() - 2 * onset_takes);
            at(over, ActionKind::heal, server.role);
        }
    }

    // Of the configuration counts what the capture can show: a phone that fetched another one first
    // has it now, and it asks the name servers that it was seen to ask.
    void settle(config::PhoneConfig& config) const {
        config.provisioning = {};
        std::vector<wire::Ipv4> asked;
        for (const auto& server : met_.servers)
            if (server.names)
                if (const auto address = wire::parse_ipv4(server.address))
                    asked.push_back(*address);
        const bool all_known = std::ranges::all_of(asked, [&](const wire::Ipv4& one) {
            return std::ranges::find(config.dns_servers, one) != config.dns_servers.end();
        });
        if (!asked.empty() && !all_known) config.dns_servers = asked;
    }

    timeline::Timeline seen() const {
        timeline::Timeline events;
        const auto stimulus = [&](Instant when, const char* what) {
            auto& event = events.emplace_back();
            event.at = when;
            event.subject = "device";
            event.kind = "rig.stimulus";
            event.fields = {{"what", what}};
        };
        stimulus(Instant{} + power_on_after, "power on");
        for (const auto& event : phone_.events) {
            auto& moved = events.emplace_back(event);
            moved.at += shift_;
            if (const auto* server = met_.at(event.peer)) moved.peer = server->role;
        }
        stimulus(on_stage(met_.end) + tail, "end");
        shadow::put_in_order(events);
        return events;
    }

    struct Planned {
        Instant at;
        ActionKind kind;
        std::string target;
        scenario::Treatment treatment;
        std::string deed;  // of a caller
    };

    const Phone& phone_;
    const Environment& met_;
    const Settings& settings_;
    Sequel sequel_;
    std::unique_ptr<scenario::Scenario> scenario_;
    Duration shift_{};
    Instant visible_from_{}, first_refresh_{};
    const Server* home_ = nullptr;
    std::vector<Planned> planned_;
};

}  // namespace

Stage stage_of(const Phone& phone, const Environment& met, const Settings& settings,
               Sequel sequel) {
    return StageBuilder(phone, met, settings, sequel).run();
}

}  // namespace twinline::field
