// What the capture shows of each probe must be what the fault makes of it.
#include "rig/judge/proofs.hh"

#include "rig/judge/link_proofs.hh"
#include "rig/judge/name_proofs.hh"
#include "rig/judge/orders.hh"
#include "rig/judge/probe_on_wire.hh"
#include "rig/scenario/proof.hh"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>

namespace twinline::judge {

namespace {

using timeline::Event;
using Asks = scenario::Inquiry::Asks;
using Kind = scenario::Treatment::Kind;

constexpr timeline::Duration onset = std::chrono::seconds{2};  // from an order to its fault
// A fault is gone shortly before the rig can say so.
constexpr timeline::Duration healing_time = std::chrono::milliseconds{100};

unsigned long octets(std::string_view operand) {
    return std::strtoul(std::string(operand).c_str(), nullptr, 10);
}

class Prover {
  public:
    Prover(const Evidence& evidence, const std::string& subject)
        : evidence_(evidence), subject_(subject) {}

    std::vector<Proof> run() const {
        std::vector<Proof> proofs;
        for (const auto& event : evidence_.observed) {
            if (event.subject != subject_) continue;
            if (event.kind == "rig.fault" && event.field("state") == "on")
                proofs.push_back(of_fault(event));
            if (event.kind == "rig.stimulus")
                if (const auto order = order_of(event); order && !was_made(event, *order))
                    proofs.push_back(of_nothing(event, *order));
            if (event.kind == "rig.probe" && event.field("phase") == "ready")
                proofs.push_back(of_readiness(event));
        }
        return proofs;
    }

  private:
    Proof begin(std::string fault, const Event& event) const {
        Proof proof;
        proof.fault = std::move(fault);
        proof.host = event.field("host");
        proof.subject = subject_;
        proof.holds = true;
        return proof;
    }

    // A fault that was ordered by this stimulus, which the lab writes down before or after it.
    bool was_made(const Event& stimulus, const Order& order) const {
        bool made = false;
        for (const auto& event : evidence_.observed) {
            if (event.subject != subject_ || event.kind != "rig.fault" ||
                event.field("host") != order.host || event.field("fault") != order.fault)
                continue;
            if (event.field("state") == "on") made = event.at <= stimulus.at + onset;
            if (made && event.field("state") == "off" && event.at < stimulus.at) made = false;
            if (made && event.at >= stimulus.at) return true;
        }
        return made;
    }

    Proof of_nothing(const Event& stimulus, const Order& order) const {
        auto proof = begin(order.fault, stimulus);
        proof.host = order.host;
        proof.holds = false;
        proof.text = "it was ordered, but no fault was made";
        return proof;
    }

    // Adds what one probe says; the proof falls when it is not what was wanted: `holds` of the
    // capture, `result` in the rig's own words.
    template <typename Holds>
    void add(Proof& proof, const Event* probe, const std::string& name, std::string_view result,
             const Holds& holds) const {
        proof.text += (proof.text.empty() ? "" : ", ") + name + ": ";
        if (probe == nullptr) {
            proof.holds = false;
            proof.text += "no probe";
            return;
        }
        const auto wire = on_the_wire(evidence_.observed, *probe);
        proof.text += probe->field("result");
        if (const auto status = probe->field("status");
            result.empty() && !status.empty() && status != "0")
            proof.text += " " + std::string(status);
        proof.frames.insert(proof.frames.end(), wire.frames.begin(), wire.frames.end());
        if (!result.empty() && probe->field("result") != result) proof.holds = false;
        if (wire.question == nullptr || !holds(wire)) {
            proof.holds = false;
            proof.text += " (the capture says otherwise)";
        }
    }

    void add_answered(Proof& proof, const Event* probe, const std::string& name) const {
        add(proof, probe, name, "answered",
            [](const Seen& wire) { return wire.answer != nullptr; });
    }

    Proof of_readiness(const Event& probe) const {
        auto proof = begin("none", probe);
        add_answered(proof, &probe, "answers");
        return proof;
    }

    // Of several faults on one host, the probes that belong to this one: each names its fault.
    const Event* find(const Event& fault, std::string_view from, std::string_view phase) const {
        const auto found = std::ranges::find_if(evidence_.observed, [&](const Event& event) {
            return event.kind == "rig.probe" && event.subject == subject_ &&
                   event.field("fault_id") == fault.field("fault_id") &&
                   event.field("host") == fault.field("host") && event.field("from") == from &&
                   event.field("phase") == phase;
        });
        return found == evidence_.observed.end() ? nullptr : &*found;
    }

    const Event* healing(const Event& fault) const {
        const auto found = std::ranges::find_if(evidence_.observed, [&](const Event& event) {
            return event.kind == "rig.fault" && event.subject == subject_ &&
                   event.field("fault_id") == fault.field("fault_id") &&
                   event.field("state") == "off";
        });
        return found == evidence_.observed.end() ? nullptr : &*found;
    }

    Proof of_fault(const Event& fault) const {
        auto proof = begin(std::string(fault.field("fault")), fault);
        if (proof.fault == "zone") return of_zone(std::move(proof), fault);
        const auto kind = scenario::parse_treatment(proof.fault);
        const auto* host = evidence_.scenario.topology.find(proof.host);
        const auto treatment = treatment_of(fault);
        if (kind && is_of_links(treatment)) return of_link(std::move(proof), treatment, fault);
        if (kind && host != nullptr && is_of_names(*host, *kind)) {
            add_answers_of_names(proof, treatment, fault);
        } else {
            add_answered(proof, find(fault, "keyed", "before"), "before");
            if (kind)
                add_during(proof, *kind, fault);
            else
                proof.holds = false;
            if (!is_everybodys(treatment))
                add_answered(proof, find(fault, "unkeyed", "during"), "others during");
            add_answered(proof, find(fault, "keyed", "after"), "after");
        }
        if (!kind || host == nullptr) return proof;
        for (const auto& inquiry : scenario::inquiries(*host, treatment)) {
            if (inquiry.asks == Asks::over_tcp) add_connections(proof, treatment, fault, inquiry);
            if (inquiry.asks == Asks::outward) add_outward(proof, treatment, fault, inquiry);
        }
        return proof;
    }

    Proof of_link(Proof proof, const scenario::Treatment& treatment, const Event& fault) const {
        LinkProbes probes{find(fault, "keyed", "before"),
                          {},
                          find(fault, "unkeyed", "during"),
                          find(fault, "keyed", "after")};
        for (scenario::Inquiry inquiry;; ++inquiry.nth) {
            const auto* probe = find(fault, "keyed", inquiry.phase("during"));
            if (probe == nullptr) break;
            probes.during.push_back(probe);
        }
        add_link(proof, treatment, probes, evidence_.observed);
        return proof;
    }

    static bool is_of_names(const scenario::Host& host, Kind kind) {
        return host.runs == scenario::HostRuns::dns &&
               (kind == Kind::reject || kind == Kind::slow || kind == Kind::truncate ||
                kind == Kind::wrong_id || kind == Kind::rotate);
    }

    static bool is_after(const Event* answer, const Event* healed) {
        return answer != nullptr && healed != nullptr && answer->at >= healed->at - healing_time;
    }

    Seen wire_of(const Event* probe) const {
        return probe == nullptr ? Seen{} : on_the_wire(evidence_.observed, *probe);
    }

    // Whom the fault does not concern must not meet it.
    void add_answers_of_names(Proof& proof, const scenario::Treatment& treatment,
                              const Event& fault) const {
        const auto* before = find(fault, "keyed", "before");
        const auto served = wire_of(before);
        const auto met = [&](const Seen& wire) {
            return meets(treatment, wire, served, evidence_.observed);
        };
        const auto not_met = [&](const Seen& wire) { return wire.answer != nullptr && !met(wire); };
        add(proof, before, "before", "answered", not_met);
        add(proof, find(fault, "keyed", "during"), "during",
            treatment.kind == Kind::wrong_id ? "silent" : "answered", met);
        add(proof, find(fault, "unkeyed", "during"), "others during", "answered", not_met);
        add(proof, find(fault, "keyed", "after"), "after", "answered", not_met);
    }

    void add_connections(Proof& proof, const scenario::Treatment& treatment, const Event& fault,
                         const scenario::Inquiry& inquiry) const {
        const auto phase = [&](std::string_view from, std::string_view when) {
            return find(fault, from, inquiry.phase(when));
        };
        add_answered(proof, phase("keyed", "before"), "over TCP before");
        if (treatment.without_tcp)
            add(proof, phase("keyed", "during"), "during", "refused", is_refused);
        else
            add_answered(proof, phase("keyed", "during"), "during");
        add_answered(proof, phase("unkeyed", "during"), "others during");
        add_answered(proof, phase("keyed", "after"), "after");
    }

    // What the host itself sends is seen before and after; and who hears answers, in vain.
    void add_outward(Proof& proof, const scenario::Treatment& treatment, const Event& fault,
                     const scenario::Inquiry& inquiry) const {
        const auto sent = [&](std::string_view from, std::string_view when, bool arrives) {
            const auto* probe = find(fault, from, inquiry.phase(when));
            const auto wire = wire_of(probe);
            if (probe == nullptr || (wire.question != nullptr) != arrives) proof.holds = false;
            proof.frames.insert(proof.frames.end(), wire.frames.begin(), wire.frames.end());
            return std::string(probe == nullptr           ? "no probe"
                               : wire.question == nullptr ? "lost"
                                                          : "arrives");
        };
        proof.text += ", its own before: " + sent("keyed", "before", true) +
                      ", during: " + sent("keyed", "during", false) +
                      ", to others during: " + sent("unkeyed", "during", true) +
                      ", after: " + sent("keyed", "after", true);
        const auto* healed = healing(fault);
        const auto answers =
            std::string(healed == nullptr ? std::string_view() : healed->field("lost_answers"));
        proof.text += ", answers lost: " + (answers.empty() ? "not counted" : answers);
        const bool hears = treatment.lost == scenario::Treatment::Lost::answers;
        if (answers.empty() || (answers == "0") == hears) proof.holds = false;
    }

    void add_during(Proof& proof, Kind kind, const Event& fault) const {
        const auto* probe = find(fault, "keyed", "during");
        const auto operand = first_word(fault.field("operands"));
        switch (kind) {
            case Kind::silence:
                return add(proof, probe, "during", "silent", is_unanswered);
            case Kind::refuse:
            case Kind::crash:
                return add(proof, probe, "during", "refused", is_refused);
            case Kind::unreachable:  // a kernel tells its programs only where they ask for it
                return add(proof, probe, "during", "", is_of_no_host);
            case Kind::link_down:  // what the router still keeps then is answered at last
            case Kind::address_gone:
                return add(proof, probe, "during", "", [&](Seen wire) {
                    if (is_after(wire.answer, healing(fault))) wire.answer = nullptr;
                    return is_of_no_host(wire);
                });
            case Kind::stop:
                return add(proof, probe, "during", "silent",
                           [&](const Seen& wire) { return is_after(wire.answer, healing(fault)); });
            case Kind::reject:
                return add(proof, probe, "during", "",
                           [&](const Seen& wire) { return wire.status() == operand; });
            case Kind::slow: {
                const std::chrono::milliseconds delay(
                    std::strtoll(std::string(operand).c_str(), nullptr, 10));
                return add(proof, probe, "during", "", [&](const Seen& wire) {
                    return wire.answer == nullptr || wire.answer->at >= wire.question->at + delay;
                });
            }
            case Kind::cut:
            case Kind::truncate:
                return add(proof, probe, "during", "",
                           [&](const Seen& wire) { return wire.bytes() <= octets(operand); });
            case Kind::wrong_certificate:
                return add(proof, probe, "during", "untrusted", is_unanswered);
            default:  // only name servers and links do these
                proof.holds = false;
                return;
            case Kind::mute:
                add(proof, probe, "during", "silent", is_unanswered);
                return add_silence_to_pings(proof, fault);
            case Kind::stall:
                return add(proof, probe, "during", "", [&](const Seen& wire) {
                    if (!operand.empty()) return wire.bytes() <= octets(operand);
                    const auto* healed = healing(fault);
                    return wire.answer == nullptr ||
                           (healed != nullptr && wire.answer->at >= healed->at);
                });
        }
    }

    // Nor may the subject's own pings be answered, over whatever they go; SIP must be.
    void add_silence_to_pings(Proof& proof, const Event& fault) const {
        const auto* healed = healing(fault);
        const auto during = [&](const Event& event) {
            return event.subject == subject_ && event.peer == fault.field("host") &&
                   event.at > fault.at &&
                   (healed == nullptr || event.at < healed->at - healing_time);
        };
        unsigned pings = 0;
        for (const auto& event : evidence_.observed) {
            if (!during(event)) continue;
            if (event.kind == "keepalive.ping") ++pings;
            if (event.kind != "keepalive.pong") continue;
            proof.holds = false;
            proof.text += ", but a ping of the subject was answered";
            if (event.frame) proof.frames.push_back(*event.frame);
            return;
        }
        proof.text += ", pings of the subject: " + std::to_string(pings);
    }

    // The keyed probe is answered from another zone than before and than the others are.
    Proof of_zone(Proof proof, const Event& fault) const {
        const auto* before = find(fault, "keyed", "before");
        const auto* others = find(fault, "unkeyed", "during");
        const auto zone_of = [&](const Event* probe) {
            const auto wire = probe == nullptr ? Seen{} : on_the_wire(evidence_.observed, *probe);
            return wire.answer == nullptr ? std::string()
                                          : std::string(wire.answer->field("answers"));
        };
        add_answered(proof, before, "before");
        add(proof, find(fault, "keyed", "during"), "during", "answered", [&](const Seen& wire) {
            return wire.answer != nullptr && wire.answer->field("answers") != zone_of(before);
        });
        add(proof, others, "others during", "answered",
            [&](const Seen&) { return zone_of(others) == zone_of(before); });
        return proof;
    }

    const Evidence& evidence_;
    const std::string& subject_;
};

}  // namespace

std::vector<Proof> check_proofs(const Evidence& evidence, const std::string& subject) {
    return Prover(evidence, subject).run();
}

}  // namespace twinline::judge
