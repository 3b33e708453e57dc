// The director of virtual time. Steps hang on each subject's own events; a subject's part ends with
// its `end` step or at the limit.
#include "rig/shadow/play.hh"

#include "probes/decode/decoder.hh"
#include "reference_impl/config/loader.hh"
#include "rig/scenario/cast.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/holdings.hh"
#include "rig/scenario/matcher.hh"
#include "rig/shadow/frames.hh"
#include "rig/shadow/join.hh"
#include "rig/shadow/outputs.hh"
#include "rig/shadow/probe.hh"
#include "rig/world/world.hh"

#include <algorithm>
#include <deque>
#include <memory>
#include <set>

namespace twinline::shadow {

namespace {

using scenario::ActionKind;
using timeline::Event;
using timeline::Instant;

// The name servers that a phone learns by DHCP (RFC-2131-01) when its file holds none.
std::vector<wire::Ipv4> offered_by_dhcp(const scenario::Topology& topology) {
    std::vector<wire::Ipv4> servers;
    for (const auto& host : topology.hosts)
        if (host.runs == scenario::HostRuns::dns) servers.push_back(address(host.address));
    return servers;
}

class Director {
  public:
    Director(const Scene& scene, const std::vector<Part>& parts, std::uint64_t seed,
             const Readings& readings, const Frames& frames)
        : scenario_(scene.scenario),
          frame_tap_(frames),
          world_(scenario_.topology, scene.zones, {scene.jitter, seed}),
          cast_(scenario::cast_of(scenario_.topology)),
          decoder_(cast_),
          probe_(scenario_.topology, world_, [this](Event&& event) { note(std::move(event)); }) {
        world_.on_packet([this](const world::Packet& packet) { tap(packet); });
        world_.on_output(
            [this](std::string_view s, const phone::Output& output) { record(s, output); });
        world_.on_file([this](const world::FileEvent& event) { record(event); });
        for (const auto& part : parts) {
            oracles_.push_back(oracle_of(part, seed, readings));
            const auto& place = scenario_.topology.subjects.at(part.subject);
            world_.add_phone(part.subject, address(place.phone), scene.config, part.defect,
                             *oracles_.back());
            subjects_.push_back({part.subject, scenario::Matcher(scenario_, part.subject),
                                 std::vector<bool>(scenario_.steps.size()), false});
        }
    }

    timeline::Timeline run() {
        for (auto& subject : subjects_) {
            subject.matcher.tell("start", world_.time());
            probe_.ready(subject.name);
            plan(subject);
        }
        while (!all_ended() && world_.step()) {
        }
        probe_.finish();
        rig_event({}, "rig.capture", {{"received", std::to_string(frames_)}, {"dropped", "0"}});
        for (std::size_t i = 0; i < subjects_.size(); ++i)
            for (const auto& [id, is, value] : oracles_[i]->asked())
                rig_event(subjects_[i].name, "rig.reading",
                          {{"id", id}, {"is", is}, {"value", value}});
        put_in_order(timeline_);
        for (const auto& subject : subjects_) join_decisions(timeline_, subject.name);
        return std::move(timeline_);
    }

  private:
    std::unique_ptr<phone::SeededOracle> oracle_of(const Part& part, std::uint64_t seed,
                                                   const Readings& readings) {
        if (!part.choices) return std::make_unique<phone::SeededOracle>(seed, readings);
        return std::make_unique<phone::AdoptingOracle>(
            seed, readings, *part.choices,
            [this, subject = part.subject](const phone::AdoptingOracle::Made& made) {
                if (is_of_course(made.what.id))
                    rig_event(subject, "rig.choice",
                              {{"id", std::string(made.what.id)},
                               {"of", std::string(made.what.of)},
                               {"value", std::to_string(made.chosen)},
                               {"low", std::to_string(made.low)},
                               {"high", std::to_string(made.high)}});
            });
    }

    // Whether a choice decides what a phone does, and not what its tokens are.
    static bool is_of_course(std::string_view id) {
        return id.ends_with("-ppm") || id.ends_with("-ms") || id.ends_with("-weight") ||
               id == "a-record";
    }

    struct Subject {
        std::string name;
        scenario::Matcher matcher;
        std::vector<bool> planned;  // by step
        bool ended;
    };

    bool all_ended() const {
        for (const auto& subject : subjects_)
            if (!subject.ended) return false;
        return true;
    }

    // Queues every step whose trigger has become known.
    void plan(Subject& subject) {
        for (std::size_t i = 0; i < scenario_.steps.size(); ++i) {
            if (subject.planned[i]) continue;
            const auto due = subject.matcher.due(scenario_.steps[i].when);
            if (!due) continue;
            subject.planned[i] = true;
            world_.schedule(
                std::max(*due, world_.time()),
                [this, &subject, &step = scenario_.steps[i]] { perform(subject, step); });
        }
    }

    void perform(Subject& subject, const scenario::Step& step) {
        if (subject.ended) return;
        rig_event(subject.name, "rig.stimulus", {{"what", scenario::to_text(step)}});
        switch (step.action) {
            case ActionKind::power_on:
                power_on(subject);
                break;
            case ActionKind::treat:
                probe_.treat(subject.name, step.target, step.treatment);
                break;
            case ActionKind::heal:
                probe_.heal(subject.name, step.target);
                break;
            case ActionKind::set_zone:
                probe_.set_zone(subject.name, step.target);
                break;
            case ActionKind::unregister:
                world_.input(subject.name, phone::Unregister{});
                break;
            case ActionKind::register_again:
                world_.input(subject.name, phone::Register{});
                break;
            case ActionKind::dial:
                world_.input(subject.name, phone::Dial{1, step.target});
                break;
            case ActionKind::answer:
                world_.input(subject.name, phone::Answer{});
                break;
            case ActionKind::hang_up:
                world_.input(subject.name, phone::HangUp{});
                break;
            case ActionKind::hold:
                world_.input(subject.name, phone::Hold{});
                break;
            case ActionKind::resume:
                world_.input(subject.name, phone::Resume{});
                break;
            case ActionKind::skip:
                world_.input(subject.name, phone::Skip{});
                break;
            case ActionKind::upgrade_firmware:
                world_.input(subject.name, phone::UpgradeFirmware{});
                break;
            case ActionKind::notify:
            case ActionKind::caller: {
                const auto host = address(scenario_.topology.find(step.target)->address);
                const auto phone = address(scenario_.topology.subjects.at(subject.name).phone);
                if (step.action == ActionKind::notify)
                    world_.notify(host, phone, step.notice);
                else
                    world_.caller(host, phone, step.notice);
                break;
            }
            case ActionKind::forget:
                world_.forget_bindings(address(scenario_.topology.find(step.target)->address),
                                       address(scenario_.topology.subjects.at(subject.name).phone));
                read(subject, step);
                break;
            case ActionKind::read:
                read(subject, step);
                break;
            case ActionKind::flash:
                boot(subject);
                break;
            case ActionKind::look:  // what is shown is told when it is
                break;
            case ActionKind::end:
                end(subject);
                break;
        }
    }

    void read(const Subject& subject, const scenario::Step& step) {
        const auto holdings =
            world_.holdings(address(scenario_.topology.find(step.target)->address),
                            address(scenario_.topology.subjects.at(subject.name).phone));
        for (auto& [kind, fields] :
             scenario::events_of(step.target, holdings ? &*holdings : nullptr))
            rig_event(subject.name, std::move(kind), std::move(fields));
    }

    void boot(const Subject& subject) {
        const auto& place = scenario_.topology.subjects.at(subject.name);
        world_.input(subject.name, phone::PowerOn{address(place.phone)});
    }

    void power_on(Subject& subject) {
        subject.matcher.tell("power-on", world_.time());
        boot(subject);
        world_.schedule(world_.time() + scenario_.limit, [this, &subject] {
            if (subject.ended) return;
            rig_event(subject.name, "rig.stimulus", {{"what", "limit reached"}});
            end(subject);
        });
        plan(subject);
    }

    void end(Subject& subject) {
        subject.ended = true;
        probe_.heal_all(subject.name);
    }

    void tap(const world::Packet& packet) {
        const auto bytes = to_frame(packet);
        const timeline::Frame frame{.number = ++frames_,
                                    .at = packet.at,
                                    .link = timeline::LinkType::ethernet,
                                    .original_length = static_cast<std::uint32_t>(bytes.size()),
                                    .bytes = bytes};
        if (frame_tap_) frame_tap_(frame);
        decoder_.feed(frame, [this](Event&& event) { note(std::move(event)); });
    }

    void note(Event&& event) {
        for (auto& subject : subjects_) {
            if (event.subject != subject.name) continue;
            // What it does after its part is over is not judged; the rig's own last proofs are.
            if (subject.ended && !event.kind.starts_with("rig.")) return;
            subject.matcher.feed(event);
            plan(subject);
        }
        probe_.hear(event);
        timeline_.push_back(std::move(event));
    }

    void record(std::string_view name, const phone::Output& output) {
        if (std::ranges::find(subjects_, name, &Subject::name)->ended) return;
        auto event = event_of(output);
        if (!event) return;
        event->at = world_.time();
        event->subject = name;
        note(std::move(*event));
    }

    void record(const world::FileEvent& file) {
        Event event;
        event.at = file.at;
        const auto& cast = cast_;
        const auto subject = cast.subjects.find(file.source.value);
        const auto role = cast.roles.find(file.server.value);
        if (subject == cast.subjects.end()) return;
        event.subject = subject->second;
        if (role != cast.roles.end()) event.peer = role->second;
        event.direction = file.from_server ? timeline::Direction::in : timeline::Direction::out;
        event.kind = file.kind;
        event.fields = file.fields;
        event.clauses = file.clauses;
        note(std::move(event));
    }

    void rig_event(const std::string& subject, std::string kind, timeline::Fields fields) {
        Event event;
        event.at = world_.time();
        event.subject = subject;
        event.kind = std::move(kind);
        event.fields = std::move(fields);
        timeline_.push_back(std::move(event));
    }

    const scenario::Scenario& scenario_;
    const Frames& frame_tap_;
    world::World world_;
    timeline::Cast cast_;
    decode::Decoder decoder_;
    std::vector<std::unique_ptr<phone::SeededOracle>> oracles_;
    std::deque<Subject> subjects_;
    timeline::Timeline timeline_;
    std::uint64_t frames_ = 0;
    Probe probe_;
};

}  // namespace

Configuration configuration_of(const scenario::Scenario& scenario) {
    config::Vendor vendor{};
    if (!config::parse_vendor(scenario.vendor, vendor))
        throw scenario::BadInput({{scenario.place, "vendor: unknown: " + scenario.vendor}});
    auto loaded = config::load(vendor, scenario.place.file, scenario.config,
                               {.model = {}, .firmware = scenario.firmware});
    const auto placed = [&](const std::vector<config::Notice>& notices) {
        std::vector<scenario::Fault> faults;
        for (const auto& notice : notices)  // line 0: the configuration as a whole
            faults.push_back(
                {{notice.file, scenario.config_line + std::max(notice.line, 1U) - 1}, notice.text});
        return faults;
    };
    if (!loaded.errors.empty()) throw scenario::BadInput(placed(loaded.errors));
    return {std::move(loaded.config), placed(loaded.warnings)};
}

Scene scene_of(const scenario::Scenario& scenario) {
    Scene scene{scenario, configuration_of(scenario).config, dns::zones_of(scenario.topology)};
    auto& servers = scene.config.dns_servers;
    if (servers.empty()) servers = offered_by_dhcp(scenario.topology);
    return scene;
}

timeline::Timeline play(const Scene& scene, const std::vector<Part>& parts, std::uint64_t seed,
                        const Readings& readings, const Frames& frames) {
    return Director(scene, parts, seed, readings, frames).run();
}

timeline::Timeline play(const scenario::Scenario& scenario, const std::vector<Part>& parts,
                        std::uint64_t seed, const Readings& readings) {
    return play(scene_of(scenario), parts, seed, readings);
}

}  // namespace twinline::shadow
