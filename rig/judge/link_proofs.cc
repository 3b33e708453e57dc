// The rule is known, so what becomes of each question is known too; which was the first on the way
// the capture says.
#include "rig/judge/link_proofs.hh"

#include "rig/judge/wording.hh"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace twinline::judge {

namespace {

using timeline::Duration;
using timeline::Event;

// A machine with much to do carries a packet on a little late, and never early.
constexpr std::chrono::milliseconds most_late{250};

struct Asked {
    const Event* question = nullptr;
    std::vector<const Event*> answers;

    Duration taken(std::size_t nth) const { return answers[nth]->at - question->at; }
    std::string to_string() const {
        if (question == nullptr) return "not on the wire";
        if (answers.empty()) return "lost";
        std::string text = "answered";
        for (std::size_t nth = 0; nth < answers.size(); ++nth)
            text += (nth == 0 ? " after " : " and ") + seconds(taken(nth));
        return text;
    }
};

Asked on_the_link(const timeline::Timeline& observed, const Event* probe) {
    Asked asked;
    if (probe == nullptr) return asked;
    const auto call_id = probe->field("call_id"), dns_id = probe->field("dns_id");
    for (const auto& event : observed) {
        if (!event.subject.starts_with("probe-") || event.peer != probe->field("host")) continue;
        const bool of_sip =
            !call_id.empty() && event.field("call_id") == call_id && event.kind.starts_with("sip.");
        const bool of_dns =
            !dns_id.empty() && event.field("id") == dns_id && event.kind.starts_with("dns.");
        if (!of_sip && !of_dns) continue;
        if (event.kind == "sip.request" || event.kind == "dns.query") {
            if (asked.question == nullptr) asked.question = &event;
        } else if (asked.question != nullptr) {
            asked.answers.push_back(&event);
        }
    }
    return asked;
}

void keep_frames(Proof& proof, const Asked& asked) {
    if (asked.question != nullptr && asked.question->frame)
        proof.frames.push_back(*asked.question->frame);
    for (const auto* answer : asked.answers)
        if (answer->frame) proof.frames.push_back(*answer->frame);
}

bool meets(const Asked& asked, const std::vector<Duration>& expected) {
    if (asked.question == nullptr || asked.answers.size() != expected.size()) return false;
    for (std::size_t nth = 0; nth < expected.size(); ++nth)
        if (asked.taken(nth) < expected[nth] || asked.taken(nth) > expected[nth] + most_late)
            return false;
    return true;
}

// The least that a late answer is late; none: no answer is.
std::optional<Duration> least_late(const std::vector<std::vector<Duration>>& expected) {
    std::optional<Duration> least;
    for (const auto& times : expected)
        for (const auto time : times)
            if (time > Duration{} && (!least || time < *least)) least = time;
    return least;
}

}  // namespace

void add_link(Proof& proof, const scenario::Treatment& fault, const LinkProbes& probes,
              const timeline::Timeline& observed) {
    const auto expected = scenario::answers(fault, static_cast<unsigned>(probes.during.size()));
    const auto least = least_late(expected);
    const auto add_as_ever = [&](const std::string& name, const Event* probe) {
        const auto asked = on_the_link(observed, probe);
        proof.text += (proof.text.empty() ? "" : ", ") + name + ": " +
                      (probe == nullptr ? "no probe" : asked.to_string());
        keep_frames(proof, asked);
        if (asked.question == nullptr || asked.answers.size() != 1 ||
            (least && asked.taken(0) >= *least))
            proof.holds = false;
    };
    add_as_ever("before", probes.before);
    std::vector<Asked> all;
    for (const auto* probe : probes.during) all.push_back(on_the_link(observed, probe));
    if (probes.during.size() < scenario::questions(fault) ||
        std::ranges::any_of(all, [](const Asked& asked) { return asked.question == nullptr; })) {
        proof.holds = false;
        proof.text += ", during: too few probes";
    } else {
        std::ranges::stable_sort(all, {}, [](const Asked& asked) { return asked.question->at; });
        for (std::size_t nth = 0; nth < all.size(); ++nth) {
            proof.text += (nth == 0 ? ", during: " : ", ") + all[nth].to_string();
            keep_frames(proof, all[nth]);
            if (meets(all[nth], expected[nth])) continue;
            proof.holds = false;
            proof.text += " (the fault is another)";
        }
    }
    add_as_ever("others during", probes.others);
    add_as_ever("after", probes.after);
}

}  // namespace twinline::judge
