// A rig.probe event says what the rig believes; its OPTIONS and the answer must be in the capture
// too.
#include "rig/judge/proofs.hh"

#include <algorithm>

namespace twinline::judge {

namespace {

using timeline::Event;
using timeline::Timeline;

constexpr std::string_view silence = "silence ";               // as scenario::to_text writes a step
constexpr timeline::Duration onset = std::chrono::seconds{2};  // from an order to its fault

struct Seen {
    bool asked = false;
    bool answered = false;
    std::vector<std::uint64_t> frames;
};

Seen on_the_wire(const Timeline& observed, std::string_view call_id) {
    Seen seen;
    for (const auto& event : observed) {
        if (event.field("call_id") != call_id || call_id.empty() || !event.kind.starts_with("sip."))
            continue;
        seen.asked = seen.asked || event.kind == "sip.request";
        seen.answered = seen.answered || event.kind == "sip.response";
        if (event.frame) seen.frames.push_back(*event.frame);
    }
    return seen;
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
            if (event.kind == "rig.stimulus" && event.field("what").starts_with(silence))
                if (!was_made(event)) proofs.push_back(of_nothing(event));
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
    bool was_made(const Event& stimulus) const {
        const auto host = stimulus.field("what").substr(silence.size());
        bool made = false;
        for (const auto& event : evidence_.observed) {
            if (event.subject != subject_ || event.kind != "rig.fault" ||
                event.field("host") != host)
                continue;
            if (event.field("state") == "on") made = event.at <= stimulus.at + onset;
            if (made && event.field("state") == "off" && event.at < stimulus.at) made = false;
            if (made && event.at >= stimulus.at) return true;
        }
        return made;
    }

    Proof of_nothing(const Event& stimulus) const {
        auto proof = begin("silence", stimulus);
        proof.host = stimulus.field("what").substr(silence.size());
        proof.holds = false;
        proof.text = "it was ordered, but no fault was made";
        return proof;
    }

    // Adds what one probe says; the proof falls when it is not what was wanted.
    void add(Proof& proof, const Event* probe, const std::string& name,
             std::string_view wanted) const {
        proof.text += (proof.text.empty() ? "" : ", ") + name + ": ";
        if (probe == nullptr) {
            proof.holds = false;
            proof.text += "no probe";
            return;
        }
        const auto wire = on_the_wire(evidence_.observed, probe->field("call_id"));
        const auto result = probe->field("result");
        proof.text += result;
        proof.frames.insert(proof.frames.end(), wire.frames.begin(), wire.frames.end());
        if (result != wanted) proof.holds = false;
        if (!wire.asked || wire.answered != (wanted == "answered")) {
            proof.holds = false;
            proof.text += " (the capture says otherwise)";
        }
    }

    Proof of_readiness(const Event& probe) const {
        auto proof = begin("none", probe);
        add(proof, &probe, "answers", "answered");
        return proof;
    }

    Proof of_fault(const Event& fault) const {
        auto proof = begin(std::string(fault.field("fault")), fault);
        // Of several faults on one host, the probes that belong to this one: each names its fault.
        const auto find = [&](std::string_view from, std::string_view phase) -> const Event* {
            const auto found = std::ranges::find_if(evidence_.observed, [&](const Event& event) {
                return event.kind == "rig.probe" && event.subject == subject_ &&
                       event.field("fault_id") == fault.field("fault_id") &&
                       event.field("from") == from && event.field("phase") == phase;
            });
            return found == evidence_.observed.end() ? nullptr : &*found;
        };
        add(proof, find("keyed", "before"), "before", "answered");
        add(proof, find("keyed", "during"), "during", "silent");
        add(proof, find("unkeyed", "during"), "others during", "answered");
        add(proof, find("keyed", "after"), "after", "answered");
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
