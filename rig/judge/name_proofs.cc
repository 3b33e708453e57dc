// One rule a fault: what an answer says, whose it is, when it comes, and in which order.
#include "rig/judge/name_proofs.hh"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

namespace twinline::judge {

namespace {

using Kind = scenario::Treatment::Kind;

// What the lab's name server turns over in the id of its query.
constexpr unsigned other_id = 0x8000;

std::vector<std::string> records_of(const timeline::Event& answer) {
    std::vector<std::string> records;
    const std::string text(answer.field("answers"));
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find("; ", at), text.size());
        records.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return records;
}

bool is_denial(const timeline::Event& answer) {
    return answer.field("rcode") == "NOERROR" && answer.field("answers").empty() &&
           answer.field("truncated").empty();
}

bool is_answered_under_another_id(const Seen& wire, const timeline::Timeline& observed) {
    if (wire.question == nullptr || wire.answer != nullptr) return false;
    const auto id = std::strtoul(std::string(wire.question->field("id")).c_str(), nullptr, 10);
    const auto other = std::to_string(id ^ other_id);
    return std::ranges::any_of(observed, [&](const timeline::Event& event) {
        return event.kind == "dns.response" && event.subject == wire.question->subject &&
               event.peer == wire.question->peer && event.at >= wire.question->at &&
               event.field("id") == other;
    });
}

bool is_one_further(const Seen& wire, const Seen& served) {
    if (wire.answer == nullptr || served.answer == nullptr) return false;
    auto records = records_of(*served.answer);
    if (records.size() < 2) return false;
    std::ranges::rotate(records, records.begin() + 1);
    return records == records_of(*wire.answer);
}

}  // namespace

bool meets(const scenario::Treatment& fault, const Seen& wire, const Seen& served,
           const timeline::Timeline& observed) {
    if (fault.kind == Kind::wrong_id) return is_answered_under_another_id(wire, observed);
    if (fault.kind == Kind::rotate) return is_one_further(wire, served);
    if (wire.answer == nullptr) return false;
    if (fault.kind == Kind::slow) return wire.answer->at >= wire.question->at + fault.delay;
    if (fault.kind == Kind::truncate)
        return wire.answer->field("truncated") == "yes" && wire.answer->field("answers").empty();
    if (fault.rcode == "NODATA") return is_denial(*wire.answer);
    return wire.status() == fault.rcode;
}

scenario::Treatment treatment_of(const timeline::Event& fault) {
    using Lost = scenario::Treatment::Lost;
    scenario::Treatment treatment;
    const std::string operands(fault.field("operands"));
    treatment.kind = scenario::parse_treatment(fault.field("fault")).value_or(treatment.kind);
    // Of one that cannot be read nothing is proven: a loss of nothing.
    if (is_of_links(treatment) && !scenario::read_link(operands, treatment))
        treatment = {.kind = Kind::lose};
    if (treatment.kind == Kind::silence)
        for (const auto lost : {Lost::answers, Lost::both})
            if (operands == to_string(lost)) treatment.lost = lost;
    if (treatment.kind == Kind::reject) treatment.rcode = operands;
    if (treatment.kind == Kind::slow)
        treatment.delay = std::chrono::milliseconds(std::strtoll(operands.c_str(), nullptr, 10));
    treatment.without_tcp = treatment.kind == Kind::truncate && operands == "without tcp";
    return treatment;
}

}  // namespace twinline::judge
