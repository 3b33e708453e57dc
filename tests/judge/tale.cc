// The shape of each event is that of probes/timeline/event.hh.
#include "tests/judge/tale.hh"

#include <algorithm>
#include <utility>

namespace twinline::test {

namespace {

constexpr Duration boot = 1s;

using timeline::Direction;
using timeline::Event;

timeline::Instant instant(Duration at) { return timeline::Instant(at); }

}  // namespace

Event& Tale::add(Duration at, std::string kind) {
    Event event;
    event.at = instant(at + boot);
    event.subject = subject_;
    event.kind = std::move(kind);
    events_.push_back(std::move(event));
    return events_.back();
}

Tale& Tale::power_on() {
    add(0s, "rig.stimulus").fields = {{"what", "power on"}};
    return *this;
}

Tale& Tale::send(Duration at, std::string peer, timeline::Fields fields,
                 std::vector<std::string> clauses) {
    auto& event = add(at, "sip.request");
    event.direction = Direction::out;
    event.peer = std::move(peer);
    event.fields = std::move(fields);
    event.fields.insert({{"method", "REGISTER"},
                         {"branch", "b1"},
                         {"cseq", "1"},
                         {"call_id", "c"},
                         {"from_tag", "t"},
                         {"auth", "none"}});
    event.clauses = std::move(clauses);
    return *this;
}

Tale& Tale::hear(Duration at, std::string peer, std::string status, timeline::Fields fields) {
    auto& event = add(at, "sip.response");
    event.direction = Direction::in;
    event.peer = std::move(peer);
    event.fields = std::move(fields);
    event.fields.insert(
        {{"status", std::move(status)}, {"method", "REGISTER"}, {"branch", "b1"}, {"cseq", "1"}});
    return *this;
}

Tale& Tale::rig(Duration at, std::string kind, timeline::Fields fields) {
    add(at, std::move(kind)).fields = std::move(fields);
    return *this;
}

Tale& Tale::probe(Duration at, std::string host, std::string phase, std::string result,
                  std::string from, std::string fault) {
    const auto call_id = "probe-" + subject_ + std::to_string(++probes_);
    const auto asker = from == "keyed" ? "probe-" + subject_ : "probe-unkeyed";
    auto& request = add(at, "sip.request");
    request.subject = asker;
    request.direction = Direction::out;
    request.peer = host;
    request.fields = {{"method", "OPTIONS"}, {"call_id", call_id}};
    if (result == "answered") {
        auto& response = add(at + 1ms, "sip.response");
        response.subject = asker;
        response.direction = Direction::in;
        response.peer = host;
        response.fields = {{"status", "200"}, {"method", "OPTIONS"}, {"call_id", call_id}};
    }
    return rig(at + 2ms, "rig.probe",
               {{"host", std::move(host)},
                {"from", std::move(from)},
                {"phase", std::move(phase)},
                {"result", std::move(result)},
                {"call_id", call_id},
                {"fault_id", std::move(fault)}});
}

Tale& Tale::silence(Duration from, Duration to, std::string host) {
    rig(from - 2ms, "rig.stimulus", {{"what", "silence " + host}});
    probe(from - 20ms, host, "before", "answered", "keyed", "fault-1");
    rig(from, "rig.fault",
        {{"fault", "silence"}, {"host", host}, {"state", "on"}, {"fault_id", "fault-1"}});
    probe(from + 10ms, host, "during", "silent", "keyed", "fault-1");
    probe(from + 10ms, host, "during", "answered", "unkeyed", "fault-1");
    rig(to, "rig.fault",
        {{"fault", "silence"}, {"host", host}, {"state", "off"}, {"fault_id", "fault-1"}});
    return probe(to + 10ms, host, "after", "answered", "keyed", "fault-1");
}

Tale& Tale::end(Duration at) {
    add(at, "rig.stimulus").fields = {{"what", "end"}};
    return *this;
}

Tale Tale::for_subject(const std::string& subject) const {
    Tale tale = *this;
    for (auto& event : tale.events_) {
        if (event.subject == "probe-" + subject_) event.subject = "probe-" + subject;
        if (event.subject == subject_) event.subject = subject;
        if (const auto id = event.fields.find("call_id");
            id != event.fields.end() && id->second.starts_with("probe-"))
            id->second += subject;
    }
    tale.subject_ = subject;
    return tale;
}

timeline::Timeline timeline_of(std::vector<Tale> tales) {
    timeline::Timeline all;
    for (auto& tale : tales) all.insert(all.end(), tale.events().begin(), tale.events().end());
    std::ranges::stable_sort(all, {}, &Event::at);
    std::uint64_t frame = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].id = i + 1;
        if (!all[i].kind.starts_with("rig.")) all[i].frame = ++frame;
    }
    Event capture;
    capture.id = all.size() + 1;
    capture.at = all.empty() ? instant(0s) : all.back().at;
    capture.kind = "rig.capture";
    capture.fields = {{"received", std::to_string(frame)}, {"dropped", "0"}, {"if_dropped", "0"}};
    all.push_back(std::move(capture));
    return all;
}

timeline::Timeline without(timeline::Timeline timeline, const std::string& kind) {
    std::erase_if(timeline, [&](const Event& event) { return event.kind == kind; });
    return timeline;
}

Tale good_tale() {
    Tale tale;
    tale.probe(-900ms, "primary", "ready", "answered")
        .probe(-900ms, "secondary", "ready", "answered")
        .silence(-500ms, 9300ms, "primary")
        .power_on()
        .send(1s, "primary", {}, {"RFC-3261-812", "RFC-3261-102"})
        .send(1500ms, "primary", {}, {"RFC-3261-E"})
        .send(2500ms, "primary", {}, {"RFC-3261-E"})
        .send(4s, "secondary", {{"branch", "b2"}},
              {"RFC-3263-07", "RFC-3263-08", "RFC-3261-0811", "RFC-3261-F"})
        .hear(4100ms, "secondary", "401", {{"branch", "b2"}})
        .send(4200ms, "secondary", {{"branch", "b3"}, {"cseq", "2"}, {"auth", "credentials"}},
              {"RFC-3261-22", "RFC-3261-102", "RFC-3261-0811"})
        .hear(4300ms, "secondary", "200", {{"branch", "b3"}, {"cseq", "2"}})
        .end(9300ms);
    return tale;
}

scenario::Scenario scenario_of(std::vector<scenario::Expectation> expectations) {
    const auto pattern = [](std::string kind, std::string peer, timeline::Fields fields) {
        scenario::Pattern p;
        p.kind = std::move(kind);
        p.peer = std::move(peer);
        p.fields = std::move(fields);
        return p;
    };
    scenario::Scenario scenario;
    scenario.id = "test/tale";
    scenario.title = "a tale";
    scenario.limit = 60s;
    scenario.topology.domain = "pbx.test";
    scenario.config = "account.1.registrar = 192.0.2.11\n";
    scenario.events = {
        {"first", pattern("sip.request", "primary", {{"method", "REGISTER"}})},
        {"next", pattern("sip.request", "secondary", {{"method", "REGISTER"}})},
        {"challenged", pattern("sip.response", "secondary", {{"status", "401"}})},
        {"authorised", pattern("sip.request", "secondary", {{"auth", "credentials"}})},
        {"home", pattern("sip.response", "", {{"status", "2xx"}, {"method", "REGISTER"}})},
        {"never-seen", pattern("sip.request", "fallback", {})}};
    scenario.expectations = std::move(expectations);
    return scenario;
}

judge::Clauses clauses() {
    judge::Clauses all;
    const auto add = [&](const std::string& id, scenario::Level level) {
        scenario::Clause clause;
        clause.id = id;
        clause.level = level;
        all.emplace(id, clause);
    };
    for (const auto* id : {"MUST-1", "RFC-3261-0811", "RFC-3261-E", "RFC-3261-102"})
        add(id, scenario::Level::must);
    for (const auto* id :
         {"SHOULD-1", "RFC-3263-07", "RFC-3263-08", "RFC-3261-22", "RFC-3261-812", "RFC-3261-F"})
        add(id, scenario::Level::should);
    add("SEEN-1", scenario::Level::observed);
    return all;
}

scenario::Expectation see(std::string event, Duration earliest, Duration latest, std::string after,
                          std::string clause) {
    scenario::Expectation e;
    e.form = scenario::ExpectationForm::see;
    e.clause = std::move(clause);
    e.says = "it is seen";
    e.event = std::move(event);
    e.after = std::move(after);
    e.within = scenario::Window{earliest, latest};
    return e;
}

judge::Assessment Trial::judge() const {
    Tale rig_tale("");
    rig_tale.events() = extra;
    auto observed =
        has_twin ? timeline_of({device, twin, rig_tale}) : timeline_of({device, rig_tale});
    if (!with_capture_record) observed = without(std::move(observed), "rig.capture");
    const auto scenario = scenario_of(expectations);
    const auto known = clauses();
    const auto twin_alone = timeline_of({expected_twin});
    return judge::judge({.scenario = scenario,
                         .clauses = known,
                         .device = "a phone",
                         .observed = observed,
                         .expected_device = timeline_of({expected_device}),
                         .expected_twin = has_twin ? &twin_alone : nullptr,
                         .strictness = strictness,
                         .readings = {},
                         .led_until = led_until});
}

Event rig(std::string kind, timeline::Fields fields) {
    Event event;
    event.at = instant(2s);
    event.kind = std::move(kind);
    event.fields = std::move(fields);
    return event;
}

Trial failing(const std::string& clause) {
    Trial trial;
    trial.expectations = {see("home", 3s, 4s, "first", clause), see("next", 2s, 4s)};
    for (auto& event : trial.device.events())
        if (event.field("status") == "200" && event.field("method") == "REGISTER") event.at += 2s;
    trial.expected_device = trial.device;
    return trial;
}

bool has(const judge::Assessment& assessment, judge::Voice voice, judge::Weight weight,
         const std::string& clause, const std::string& words) {
    return std::ranges::any_of(assessment.findings, [&](const judge::Finding& f) {
        return f.voice == voice && f.weight == weight && f.clause == clause &&
               f.text.find(words) != std::string::npos;
    });
}

}  // namespace twinline::test
