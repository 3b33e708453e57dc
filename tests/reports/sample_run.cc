// Tells the failover as the decoder would: names, frames and ordinals agree with each other.
#include "tests/reports/sample_run.hh"

#include "tests/reports/sample.hh"

#include <utility>

namespace twinline::reports::sample {

namespace {

using namespace std::chrono_literals;
using timeline::Direction;
using timeline::Duration;
using timeline::Event;
using timeline::Fields;
using timeline::Timeline;

// Appends events of one subject, numbering them as they come.
class Teller {
  public:
    Teller(std::string subject, Duration power_on) : subject_(std::move(subject)), zero_(power_on) {
        add(0ms, Direction::none, "", "rig.stimulus", {{"what", "power on"}});
    }

    Event& add(Duration at, Direction direction, std::string peer, std::string kind,
               Fields fields) {
        Event event;
        event.id = timeline_.size() + 1;
        event.at = timeline::Instant{zero_ + at};
        event.subject = subject_;
        event.direction = direction;
        event.peer = std::move(peer);
        event.kind = std::move(kind);
        event.fields = std::move(fields);
        if (direction != Direction::none) event.frame = 2 * event.id + 7;
        return timeline_.emplace_back(std::move(event));
    }

    void ask(Duration at, const std::string& type, const std::string& name,
             const std::string& answers) {
        add(at, Direction::out, "dns", "dns.query",
            {{"type", type}, {"name", name}, {"id", "4711"}});
        add(at + 2ms, Direction::in, "dns", "dns.response",
            {{"type", type},
             {"name", name},
             {"rcode", "NOERROR"},
             {"answers", answers},
             {"ttl", "60"}});
    }

    void send(Duration at, const std::string& to, const std::string& cseq, int ordinal,
              bool credentials) {
        add(at, Direction::out, to, "sip.request",
            {{"method", "REGISTER"},
             {"uri", "sip:pbx.test"},
             {"cseq", cseq},
             {"expires", "120"},
             {"auth", credentials ? "credentials" : "none"},
             {"send", std::to_string(ordinal)},
             {"user_agent", subject_ == "device" ? hostile : "Twinline reference"}});
    }

    void answer(Duration at, const std::string& from, const std::string& status,
                const std::string& reason) {
        add(at, Direction::in, from, "sip.response",
            {{"status", status}, {"reason", reason}, {"method", "REGISTER"}, {"send", "1"}});
    }

    void fault(Duration at, const std::string& state) {
        add(at, Direction::none, "", "rig.fault",
            {{"fault", "silence"}, {"host", "primary"}, {"state", state}});
    }

    void transaction(Duration at, const std::string& to, const std::string& cseq, bool whole) {
        int ordinal = 0;
        for (const Duration offset :
             {0ms, 500ms, 1500ms, 3500ms, 7500ms, 11500ms, 15500ms, 19500ms})
            if (whole || ordinal < 3) send(at + offset, to, cseq, ++ordinal, true);
    }

    Timeline done() { return std::move(timeline_); }

  private:
    std::string subject_;
    Duration zero_;
    Timeline timeline_;
};

void come_home(Teller& teller, Duration boot) {
    teller.ask(boot, "NAPTR", "pbx.test", "NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.pbx.test.");
    teller.ask(boot + 5ms, "SRV", "_sip._udp.pbx.test",
               "SRV 10 0 5060 a.pbx.test.; SRV 20 0 5060 b.pbx.test.");
    teller.ask(boot + 9ms, "A", "a.pbx.test", "A 192.0.2.11");
    teller.send(boot + 14ms, "primary", "1", 1, false);
    teller.answer(boot + 16ms, "primary", "401", "Unauthorized");
    teller.send(boot + 17ms, "primary", "2", 1, true);
    teller.answer(boot + 19ms, "primary", "200", "OK");
}

}  // namespace

Timeline late_device() {
    Teller teller("device", 1s);
    come_home(teller, 310ms);
    teller.fault(5329ms, "on");
    teller.transaction(108'310ms, "primary", "3", true);
    teller.transaction(140'400ms, "primary", "4", false);
    teller.add(171'900ms, Direction::in, "primary", "icmp.unreachable", {{"code", "port"}});
    teller.ask(172'200ms, "A", "b.pbx.test", "A 192.0.2.12");
    teller.send(172'210ms, "secondary", "5", 1, true);
    teller.answer(172'212ms, "secondary", "200", "OK");
    teller.fault(177'300ms, "off");
    return teller.done();
}

Timeline prompt_twin() {
    Teller teller("twin", 400ms);
    come_home(teller, 12ms);
    teller.fault(5031ms, "on");
    teller.transaction(108'012ms, "primary", "3", true);
    teller
        .add(140'012ms, Direction::none, "", "rig.decision",
             {{"what", "failover"}, {"text", "timer F fired, the next target is tried"}})
        .clauses = {"RFC3261-17.1.2.2", "RFC3263-4.3"};
    teller.ask(140'013ms, "A", "b.pbx.test", "A 192.0.2.12");
    teller.send(140'017ms, "secondary", "4", 1, true);
    teller.answer(140'019ms, "secondary", "200", "OK");
    teller.fault(145'100ms, "off");
    return teller.done();
}

std::vector<ScenarioReport> scenarios() {
    ScenarioReport late;
    late.assessment = failed();
    late.assessment.findings[0].events = {21, 27};
    late.assessment.findings[1].events = {25};
    late.assessment.findings[3].events = {14, 15, 16};
    late.assessment.findings.push_back({.clause = "",
                                        .voice = judge::Voice::control,
                                        .weight = judge::Weight::observation,
                                        .text = "The twin left when timer F fired",
                                        .events = {21},
                                        .frames = {}});
    late.device = late_device();
    late.twin = prompt_twin();
    late.config =
        "account.1.user_name = 1001\naccount.1.password = <replaced>\n# " + hostile + "\n";
    late.record_path = "generic/register/failover-silent-primary/attempt-1/record";
    late.roles = {"dns", "primary", "secondary"};
    late.story =
        "Five seconds after its registration the primary falls silent. The refresh gets no answer.";
    ScenarioReport quiet{passed(), {}, {}, "", "", {"dns", "primary"}, "A binding is kept."};
    ScenarioReport skipped{not_applicable(), {}, {}, "", "", {}, ""};
    ScenarioReport unclear{inconclusive(), {}, {}, "", "", {}, ""};
    return {quiet, late, skipped, unclear};
}

RunReport run(const std::vector<ScenarioReport>& told) {
    RunReport run;
    run.device = "baresip 1.0.0 on generic profile " + hostile;
    run.title = "Conformance of baresip under the loss of its servers";
    run.tool_version = "0.1.0";
    run.started = "2031-05-04T10:00:00Z";
    run.machine = "Debian 12, Linux 6.1, 2 cores";
    for (const auto& scenario : told) run.add(scenario);
    return run;
}

}  // namespace twinline::reports::sample
