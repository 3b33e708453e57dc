// The order matters: what the lab did wrong is never blamed on the device, a reference that breaks
// an expectation is suspect itself, and nothing passes in which nothing happened.
#include "rig/judge/judge.hh"

#include "probes/timeline/leading_number.hh"
#include "rig/judge/divergence.hh"
#include "rig/judge/expectations.hh"
#include "rig/judge/proofs.hh"
#include "rig/judge/story.hh"
#include "rig/judge/weigh.hh"
#include "rig/judge/wording.hh"
#include "rig/scenario/handset.hh"

#include <algorithm>

namespace twinline::judge {

namespace {

using timeline::Event;

const timeline::Timeline nobody;
constexpr timeline::Duration most_lag = std::chrono::milliseconds{250};  // of a stimulus
constexpr timeline::Duration most_drift =
    std::chrono::milliseconds{20};  // between clock and capture

timeline::Duration duration_of(const Event& event, std::string_view field, double unit_ns) {
    const auto value = timeline::leading_number<double>(event.field(field));
    return timeline::Duration(static_cast<std::int64_t>(value * unit_ns));
}

class Judge {
  public:
    explicit Judge(const Evidence& evidence)
        : e_(evidence),
          device_(evidence.scenario, evidence.observed, "device"),
          twin_(evidence.scenario, evidence.observed, "twin"),
          expected_twin_(evidence.scenario,
                         evidence.expected_twin == nullptr ? nobody : *evidence.expected_twin,
                         "twin") {}

    Assessment run() {
        a_.scenario = e_.scenario.id;
        a_.title = e_.scenario.title;
        a_.device = e_.device;
        for (const auto& event : e_.expected_device)  // those that the reference had to ask here
            if (event.kind == "rig.reading")
                a_.readings.emplace(event.field("id"), event.field("value"));
        measure_rig();
        check_trouble();
        check_proofs();
        if (has_twin())
            check_control();
        else
            a_.control = {lab_fault_.empty(),
                          lab_fault_.empty() ? "no twin stands beside the device" : lab_fault_};
        if (a_.verdict != Verdict::error || !device_.is_silent()) check_device();
        conclude();
        return std::move(a_);
    }

  private:
    bool has_twin() const { return e_.expected_twin != nullptr; }

    void settle(Verdict verdict, const std::string& reason) {
        if (worse(a_.verdict, verdict) == a_.verdict) return;
        a_.verdict = verdict;
        a_.reason = reason;
    }

    void add(Voice voice, Weight weight, const std::string& text) {
        Finding finding;
        finding.voice = voice;
        finding.weight = weight;
        finding.level = scenario::Level::observed;
        finding.text = text;
        a_.findings.push_back(std::move(finding));
    }

    void lab_fault(const std::string& text) {
        add(Voice::control, Weight::inconc, text);
        lab_fault_ = lab_fault_.empty() ? text : lab_fault_;
    }

    static bool is_of_subject(const Event& event) {
        return event.subject == "device" || event.subject == "twin";
    }

    // Capture loss, late stimuli, clock drift: kept apart from any tolerance.
    void measure_rig() {
        bool captured = false;
        for (const auto& event : e_.observed) {
            if (event.kind == "rig.capture") {
                captured = true;
                for (const auto* counter : {"dropped", "if_dropped"})
                    if (const auto n = event.field(counter); !n.empty() && n != "0")
                        lab_fault("the capture lost frames: " + std::string(n) + " " + counter);
            } else if (event.kind == "rig.lag") {
                const auto lag = duration_of(event, "late_ms", 1e6);
                uncertainty_ = std::max(uncertainty_, own_uncertainty + lag);
                // What only a phone met makes time less certain, and no step any later.
                const bool of_phone = event.field("what") == "processor";
                if (of_phone && lag > most_wait)
                    lab_fault(event.subject + " waited " + seconds(lag) + " for a processor");
                else if (!of_phone && lag > most_lag && event.field("what").starts_with("the way"))
                    lab_fault(std::string(event.field("what")) + " was held up for " +
                              seconds(lag));
                else if (!of_phone && lag > most_lag)
                    lab_fault("a step came " + seconds(lag) + " late");
            } else if (event.kind == "rig.clock") {
                const auto drift = duration_of(event, "drift_ns", 1);
                if (drift > most_drift || -drift > most_drift)
                    lab_fault("the clocks drifted by " + seconds(drift));
            } else if (event.kind == "rig.stale-page") {
                lab_fault("the page that " + event.subject + " shows had \"" +
                          std::string(event.field("event")) +
                          "\" on it before the scenario began: clear it, or have the rig reset "
                          "the device to its factory settings");
            } else if (event.kind == "tls.unreadable" && is_of_subject(event) &&
                       event.peer != scenario::services_address) {
                lab_fault("what " + event.subject + " and " + event.peer +
                          " said over TLS cannot be read: " + std::string(event.field("reason")));
            }
        }
        if (!captured) lab_fault("there is no capture record");
    }

    void check_trouble() {
        for (const auto& event : e_.observed) {
            if (event.kind != "rig.trouble") continue;
            add(Voice::control, Weight::error, std::string(event.field("text")));
            settle(Verdict::error, std::string(event.field("text")));
        }
        if (a_.verdict == Verdict::error) return;
        if (!device_.power_on() || (has_twin() && !twin_.power_on()))
            settle(Verdict::error, "a subject was never powered on");
        else if (device_.is_silent())
            settle(Verdict::error,
                   "the device never sent a packet to its servers, nor asked for their names");
    }

    void check_proofs() {
        for (const auto* subject : {"device", "twin"}) {
            if (subject == twin_.subject() && !has_twin()) continue;
            auto proofs = judge::check_proofs(e_, subject);
            for (const auto& proof : proofs)
                if (!proof.holds) {
                    add(Voice::proof, Weight::inconc,
                        (proof.fault == "none" ? "server " : proof.fault + " of ") + proof.host +
                            " for the " + proof.subject + " is not proven: " + proof.text);
                    if (lab_fault_.empty())
                        lab_fault_ = "a proof is missing: " + proof.host + ", " + proof.text;
                }
            if (proofs.empty())
                lab_fault("nothing proves what the " + std::string(subject) + " met");
            a_.proofs.insert(a_.proofs.end(), proofs.begin(), proofs.end());
        }
    }

    // The live twin against its own prediction, and against the expectations.
    void check_control() {
        for (auto& outcome : check_expectations(e_, twin_, uncertainty_)) {
            if (outcome.holds || outcome.not_reached ||
                outcome.finding.weight == Weight::observation)
                continue;
            suspect_ = "the reference itself broke " + outcome.finding.clause + ": " +
                       outcome.finding.text;
            break;
        }
        const auto divergence = first_divergence(e_.clauses, twin_, expected_twin_, uncertainty_);
        a_.control.healthy = !divergence && suspect_.empty() && lab_fault_.empty();
        a_.control.text = a_.control.healthy ? "the live twin did what virtual time predicted"
                          : divergence ? "the live twin left its prediction: " + divergence->text
                          : suspect_.empty() ? lab_fault_
                                             : suspect_;
        if (divergence) left_prediction_ = a_.control.text;
    }

    void check_device() {
        const auto* crash = first_crash();
        for (auto& outcome : check_expectations(e_, device_, uncertainty_)) {
            // What it left undone is the crash's doing, and what it did not do is no merit.
            const bool is_breach = !outcome.holds && !outcome.finding.events.empty();
            if (crash != nullptr && !is_breach) continue;
            not_reached_ += outcome.not_reached ? 1 : 0;
            const bool broken = outcome.finding.weight == Weight::deviation;
            exercised_ += outcome.holds || broken ? 1 : 0;
            take(std::move(outcome.finding));
        }
        if (crash != nullptr) fail_by_itself(*crash, "crashed");
        check_reboots();
        if (&e_.expected_device == &e_.observed) return;  // it is the reference itself
        const Story expected(e_.scenario, e_.expected_device, "device");
        auto divergence = first_divergence(e_.clauses, device_, expected, uncertainty_);
        if (!divergence || (crash != nullptr && is_of_the_end(*divergence))) return;
        if (divergence->at >= e_.led_until && divergence->weight != Weight::observation) {
            divergence->weight = Weight::inconc;
            divergence->text += "; whether by a free choice was not found out";
            not_led_ = divergence->text;
        }
        take(std::move(*divergence));
    }

    // No document asks for one, and what the phone does after it is no answer to the scenario.
    void check_reboots() {
        for (const auto* event : device_.events()) {
            if (event->kind == "rig.reboot") fail_by_itself(*event, "booted by itself");
        }
    }

    // Whether it is about the last that the device began, or about what never came.
    bool is_of_the_end(const Divergence& divergence) const {
        const auto& transactions = device_.transactions();
        return transactions.empty() || divergence.at >= transactions.back().start();
    }

    const Event* first_crash() const {
        const auto found = std::ranges::find(device_.events(), "rig.crash", &Event::kind);
        return found == device_.events().end() ? nullptr : *found;
    }

    void fail_by_itself(const Event& event, const std::string& did) {
        Finding finding;
        finding.weight = Weight::fail;
        finding.text = "the device " + did + " " +
                       seconds(event.at - device_.power_on().value_or(event.at)) +
                       " after power-on: it " + std::string(event.field("text"));
        finding.events.push_back(event.id);
        take(std::move(finding));
    }

    void take(Finding finding) {
        if (finding.weight == Weight::deviation && e_.strictness == Strictness::strict)
            finding.weight = Weight::fail;
        a_.findings.push_back(std::move(finding));
    }

    const Finding* worst(Weight weight) const {
        const auto found = std::ranges::find(a_.findings, weight, &Finding::weight);
        return found == a_.findings.end() ? nullptr : &*found;
    }

    void conclude() {
        if (a_.verdict == Verdict::error) return;
        const auto* deviation = worst(Weight::deviation);
        if (!lab_fault_.empty()) {
            settle(Verdict::inconc, lab_fault_);
        } else if (!suspect_.empty()) {
            settle(Verdict::error, "reference suspect: " + suspect_);
        } else if (!left_prediction_.empty()) {
            settle(Verdict::inconc, left_prediction_);
        } else if (const auto* fail = worst(Weight::fail)) {
            settle(Verdict::fail,
                   fail->clause.empty() ? fail->text : fail->clause + ": " + fail->text);
        } else if (!not_led_.empty()) {
            settle(Verdict::inconc, not_led_);
        } else if (exercised_ == 0 || (not_reached_ > 0 && deviation == nullptr)) {
            settle(Verdict::inconc,
                   std::to_string(not_reached_) + " expectations were not reached");
        } else {
            settle(Verdict::pass,
                   deviation != nullptr
                       ? "with deviations; the first: " + deviation->clause + ": " + deviation->text
                       : std::to_string(exercised_) + " expectations hold");
        }
    }

    const Evidence& e_;
    Story device_, twin_, expected_twin_;
    Assessment a_;
    timeline::Duration uncertainty_ = own_uncertainty;
    std::string lab_fault_;        // the first thing that makes the run inconclusive
    std::string left_prediction_;  // how the live twin left virtual time's path
    std::string suspect_;
    std::string not_led_;  // how the device parted where the reference was not led along
    unsigned not_reached_ = 0;
    unsigned exercised_ = 0;
};

}  // namespace

Assessment judge(const Evidence& evidence) { return Judge(evidence).run(); }

}  // namespace twinline::judge
