// A truncated datagram sends its asker to TCP, and a silence has two directions: each is asked for
// by itself.
#include "rig/scenario/proof.hh"

#include <chrono>

namespace twinline::scenario {

std::string Inquiry::phase(std::string_view when) const {
    std::string text(when);
    if (asks == Asks::over_tcp) text += " over tcp";
    if (asks == Asks::outward) text += " outward";
    if (nth > 1) text += " " + std::to_string(nth);
    return text;
}

bool is_everybodys(const Treatment& treatment) {
    return treatment.kind == Treatment::Kind::stop || treatment.kind == Treatment::Kind::crash ||
           treatment.cuts_off();
}

namespace {

// A server may answer two questions of one instant in either order, but not so apart. One that is
// to be overtaken must not be further ahead than it is held.
constexpr std::chrono::milliseconds apart{50}, apart_to_be_overtaken{20};

std::vector<Inquiry> inquiries_of_link(const Treatment& treatment) {
    const timeline::Duration pause =
        treatment.kind == Treatment::Kind::reorder ? apart_to_be_overtaken : apart;
    std::vector<Inquiry> list;
    for (const auto& times : answers(treatment, questions(treatment))) {
        const auto nth = static_cast<unsigned>(list.size()) + 1;
        list.push_back({Inquiry::Asks::once, times.empty() ? timeline::Duration{} : times.back(),
                        nth, pause * (nth - 1)});
    }
    return list;
}

}  // namespace

std::vector<Inquiry> inquiries(const Host& host, const Treatment& treatment) {
    using Kind = Treatment::Kind;
    if (is_of_links(treatment)) return inquiries_of_link(treatment);
    std::vector<Inquiry> list{{}};
    const bool names = host.runs == HostRuns::dns;
    // That a server is slow shows when it has answered.
    if (names && treatment.kind == Kind::slow) list.front().longer = treatment.delay;
    if (treatment.cuts_off()) list.front().longer = treatment.delay;
    if (names && treatment.kind == Kind::rotate) list.front().asks = Inquiry::Asks::several;
    if (names && treatment.kind == Kind::truncate) list.push_back({Inquiry::Asks::over_tcp});
    if (treatment.kind == Kind::wrong_certificate && host.runs != HostRuns::configuration)
        list.front().asks = Inquiry::Asks::over_tls;
    if (treatment.kind == Kind::silence && treatment.lost != Treatment::Lost::queries)
        list.push_back({Inquiry::Asks::outward});
    return list;
}

}  // namespace twinline::scenario
