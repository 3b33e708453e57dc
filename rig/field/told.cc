// Facts first, then what follows from them, then how sure that is.
#include "rig/field/told.hh"

#include "rig/judge/wording.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace twinline::field {

namespace {

std::string treatment_text(const scenario::Treatment& treatment) {
    using Kind = scenario::Treatment::Kind;
    switch (treatment.kind) {
        case Kind::silence:
            return "is silent";
        case Kind::refuse:
            return "refuses: its ports are closed";
        case Kind::slow:
            return "answers " + judge::seconds(treatment.delay) + " late";
        case Kind::reject:
            return "answers " + treatment.operands();
        case Kind::crash:
            return "ends its connections and is gone";
        case Kind::link_down:
        case Kind::address_gone:
            return "is not there: its router says so after " + judge::seconds(treatment.delay);
        case Kind::wrong_certificate:
            return "shows a certificate that is not trusted";
        case Kind::unreachable:
            return "is not there: its router says so at once";
        case Kind::stall:
        case Kind::cut:
        case Kind::truncate:
        case Kind::wrong_id:
        case Kind::rotate:
        case Kind::mute:
        case Kind::lose:
        case Kind::delay:
        case Kind::duplicate:
        case Kind::reorder:
        case Kind::stop:
            break;
    }
    return std::string(to_string(treatment.kind));
}

std::string spell_text(const Server& server, const Spell& spell) {
    auto text = server.role + ' ' + treatment_text(spell.treatment) + ", ";
    if (!spell.onset.after)
        text += "from before " + capture_time(spell.onset.before);
    else if (*spell.onset.after == spell.onset.before)
        text += "from " + capture_time(spell.onset.before);
    else
        text += fmt::format("from between {} and {}", capture_time(*spell.onset.after),
                            capture_time(spell.onset.before));
    text += fmt::format(" (frame {})", spell.frame);
    if (!spell.end) return text + " on";
    return text + (spell.end->after
                       ? fmt::format(" to between {} and {}", capture_time(*spell.end->after),
                                     capture_time(spell.end->before))
                       : " to " + capture_time(spell.end->before));
}

std::string divergence_text(const Divergence& divergence) {
    auto text = fmt::format("divergence at {}", capture_time(divergence.at));
    if (divergence.frame) text += fmt::format(", frame {}", *divergence.frame);
    text += divergence.clause.empty()
                ? "\n  clause      cannot be told"
                : fmt::format("\n  clause      {} ({}), {}\n  it asks     {}", divergence.clause,
                              to_string(divergence.level), divergence.document, divergence.asked);
    text += "\n  what        " + divergence.text;
    text +=
        fmt::format("\n  confidence  {}: {}\n", to_string(divergence.confidence), divergence.why);
    if (!divergence.candidates.empty() && divergence.clause.empty())
        text += fmt::format("  candidates  {}\n", fmt::join(divergence.candidates, ", "));
    return text;
}

}  // namespace

std::string capture_time(timeline::Instant at) { return judge::seconds(at.time_since_epoch()); }

std::vector<std::string> behaviour_lines(const Environment& met) {
    std::vector<std::string> lines;
    for (const auto& server : met.servers) {
        lines.push_back(fmt::format("{} is {}:{}{}", server.role, server.address,
                                    server.names ? 53 : server.port,
                                    server.contacted ? "" : ", never asked"));
        for (const auto& spell : server.spells) lines.push_back(spell_text(server, spell));
    }
    for (std::size_t i = 1; i < met.zones.size(); ++i)
        lines.push_back(fmt::format("the DNS answers otherwise from {} on",
                                    capture_time(met.zones[i].onset->before)));
    return lines;
}

std::string as_text(const Explanation& told) {
    auto text = told.phone.name();
    if (!told.phone.user_agent.empty()) text += " (" + told.phone.user_agent + ")";
    text += fmt::format(", measured by {}\n",
                        told.settings.vendor.empty() ? "nothing" : told.settings.vendor);
    for (const auto& line : behaviour_lines(told.met)) text += "  " + line + '\n';
    for (const auto& note : told.notes) text += "  note: " + note + '\n';
    if (told.stage) text += ladder(told);
    for (const auto& [id, value] : told.readings)
        text += fmt::format("  open question {}: {} fits\n", id, value);
    if (!told.all_readings)
        text += "  there are more answers to the open questions than were tried\n";
    if (told.divergence) return text + divergence_text(*told.divergence);
    return text + std::string(to_string(told.outcome)) + ": " + told.reason + '\n';
}

judge::Assessment as_assessment(const Explanation& told) {
    judge::Assessment assessment;
    assessment.scenario = told.phone.name();
    assessment.title = "What the capture shows of this phone";
    assessment.device = told.phone.user_agent.empty() ? told.phone.name() : told.phone.user_agent;
    assessment.reason = told.reason;
    assessment.readings = told.readings;
    assessment.control = {true,
                          "the reference in virtual time, in the surroundings that the "
                          "capture shows"};
    assessment.duration_ms =
        std::chrono::duration<double, std::milli>(told.met.end - told.met.begin).count();
    using judge::Verdict;
    using judge::Weight;
    assessment.verdict = told.outcome == Outcome::unjudged ? Verdict::inconc : Verdict::pass;
    if (const auto& divergence = told.divergence) {
        judge::Finding finding;
        finding.clause = divergence->clause;
        finding.level = divergence->level;
        finding.voice = judge::Voice::shadow;
        finding.weight = divergence->clause.empty()                 ? Weight::inconc
                         : finding.level == scenario::Level::must   ? Weight::fail
                         : finding.level == scenario::Level::should ? Weight::deviation
                                                                    : Weight::observation;
        finding.text = divergence->text + " (" + std::string(to_string(divergence->confidence)) +
                       " confidence: " + divergence->why + ")";
        if (divergence->frame) {
            finding.frames.push_back(*divergence->frame);
            for (const auto& event : told.stage->seen)
                if (event.frame == divergence->frame) finding.events.push_back(event.id);
        }
        assessment.verdict = finding.weight == Weight::fail     ? Verdict::fail
                             : finding.weight == Weight::inconc ? Verdict::inconc
                                                                : Verdict::pass;
        assessment.findings.push_back(std::move(finding));
    }
    for (const auto& note : told.notes) {
        judge::Finding finding;
        finding.voice = judge::Voice::control;
        finding.level = scenario::Level::observed;
        finding.weight = Weight::observation;
        finding.text = note;
        assessment.findings.push_back(std::move(finding));
    }
    return assessment;
}

std::map<std::uint64_t, std::string> comments(const std::vector<Explanation>& all) {
    std::map<std::uint64_t, std::string> by_frame;
    const auto say = [&](std::uint64_t frame, const std::string& text) {
        auto& comment = by_frame[frame];
        comment += (comment.empty() ? "" : "\n") + text;
    };
    for (const auto& told : all) {
        for (const auto& server : told.met.servers)
            for (const auto& spell : server.spells)
                say(spell.frame, "twinline: " + spell_text(server, spell));
        const auto& divergence = told.divergence;
        if (divergence && divergence->frame)
            say(*divergence->frame,
                fmt::format("twinline: {}: {}{} (confidence {}: {})", told.phone.name(),
                            divergence->clause.empty() ? "" : divergence->clause + ": ",
                            divergence->text, to_string(divergence->confidence), divergence->why));
    }
    return by_frame;
}

}  // namespace twinline::field
