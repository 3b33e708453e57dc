// Acts are compared stream by stream (requests, questions, keep-alives, connections) by their
// order; instants from act to act, never from power-on, for a boot takes what it takes.
#include "rig/field/proposals.hh"

#include "rig/field/deeds.hh"
#include "rig/field/slack.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace twinline::field {

namespace {

using judge::Story;
using scenario::Expectation;
using scenario::ExpectationForm;
using scenario::Pattern;
using timeline::Direction;
using timeline::Duration;
using timeline::Event;

// Whole tenths of a second, as a person would write it.
Duration rounded(Duration time) {
    return std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(time);
}

class Finder {
  public:
    Finder(const scenario::Scenario& scenario, const std::vector<timeline::Timeline>& references,
           const timeline::Timeline& other, Manners manners, const std::string& clause)
        : clause_(clause), manners_(manners), other_(scenario, other, "device") {
        for (const auto& reference : references)
            references_.emplace_back(scenario, reference, "device");
    }

    std::vector<Proposal> run() {
        for (const auto* kind :
             {"sip.request", "sip.response", "dns.query", "keepalive.ping", "tcp.syn"}) {
            const auto wanted = deeds_of(references_.front(), kind);
            const auto seen = deeds_of(other_, kind);
            const auto common = parting(wanted, seen);
            parted(wanted, seen, common);
            counted(wanted, seen);
            if (std::string_view(kind) == "sip.request") {
                for (std::size_t i = 0; i < common; ++i) {
                    repeated(wanted[i], seen[i]);
                    looks(wanted, seen, i);
                }
            }
        }
        acknowledged();
        unique();
        std::ranges::stable_sort(found_, {}, &Proposal::at);
        return std::move(found_);
    }

  private:
    Proposal& propose(ExpectationForm form, timeline::Instant at, std::string says) {
        auto& proposal = found_.emplace_back();
        proposal.at = at;
        auto& e = proposal.expectation;
        e.form = form;
        e.clause = clause_;
        e.says = std::move(says);
        const bool spans = form == ExpectationForm::see || form == ExpectationForm::never ||
                           form == ExpectationForm::count;
        if (spans) e.after = "power-on";
        e.until = "end";
        return proposal;
    }

    static std::string name(Proposal& proposal, const Deed& deed) {
        proposal.events.emplace(deed.name, deed.pattern);
        return deed.name;
    }

    // How many they have in common before the first that differs in what it is, or when it comes.
    static std::size_t parting(const Deeds& wanted, const Deeds& seen) {
        std::size_t i = 0;
        for (; i < wanted.size() && i < seen.size(); ++i) {
            if (!is_same(wanted[i], seen[i])) break;
            if (i == 0) continue;
            const auto due = wanted[i].event->at - wanted[i - 1].event->at;
            const auto gap = seen[i].event->at - seen[i - 1].event->at;
            if (gap > due + slack_of(due) || gap < due - slack_of(due)) break;
        }
        return i;
    }

    // From one to the other, in all the runs in which the reference does both.
    scenario::Window window(const Deed& before, const Deed& then) const {
        const auto due = then.event->at - before.event->at;
        auto least = due, most = due;
        for (const auto& reference : references_) {
            const auto deeds = deeds_of(reference, then.pattern.kind);
            const auto a =
                std::ranges::find_if(deeds, [&](const Deed& d) { return is_same(d, before); });
            const auto b =
                std::ranges::find_if(deeds, [&](const Deed& d) { return is_same(d, then); });
            if (a == deeds.end() || b == deeds.end() || b < a) continue;
            least = std::min(least, b->event->at - a->event->at);
            most = std::max(most, b->event->at - a->event->at);
        }
        constexpr Duration chance = std::chrono::milliseconds{20};
        const bool is_free = most - least > chance;  // a few draws do not show the whole range
        const auto slack = is_free ? free_slack_of(due) : slack_of(due);
        return {rounded(std::max(Duration{}, least - slack)), rounded(most + slack)};
    }

    void parted(const Deeds& wanted, const Deeds& seen, std::size_t i) {
        if (i < wanted.size()) {
            auto at = wanted[i].event->at;  // or what came instead, if that was earlier
            if (i < seen.size()) at = std::min(at, seen[i].event->at);
            if (i == 0) {
                auto& p = propose(ExpectationForm::see, at, "there is " + wanted[i].words);
                p.expectation.event = name(p, wanted[i]);
            } else {
                const auto in_time = window(wanted[i - 1], wanted[i]);
                auto& p = propose(ExpectationForm::see, at,
                                  wanted[i].words + " follows " + wanted[i - 1].words);
                p.expectation.event = name(p, wanted[i]);
                p.expectation.after = name(p, wanted[i - 1]);
                p.expectation.within = in_time;
            }
        }
        if (i >= seen.size()) return;
        const bool is_late = i < wanted.size() && is_same(wanted[i], seen[i]);
        if (is_late) return;
        auto& p = propose(
            ExpectationForm::never, seen[i].event->at,
            (i == 0 ? "" : "after " + seen[i - 1].words + " ") + seen[i].words + " is not sent");
        p.expectation.pattern = seen[i].pattern;
        p.expectation.pattern.nth = 0;
        if (i > 0) p.expectation.after = name(p, seen[i - 1]);
        if (i < wanted.size()) {
            auto again = p;
            again.expectation.until = name(again, wanted[i]);
            again.expectation.says += ", but " + wanted[i].words;
            found_.insert(found_.end() - 1, std::move(again));
        }
    }

    void counted(const Deeds& wanted, const Deeds& seen) {
        Deeds kinds;
        for (const auto* deeds : {&wanted, &seen})
            for (const auto& deed : *deeds)
                if (deed.pattern.nth == 1 &&
                    std::ranges::none_of(kinds, [&](const Deed& k) { return is_alike(k, deed); }))
                    kinds.push_back(deed);
        for (const auto& kind : kinds) {
            const auto of = [&](const Deeds& deeds) {
                return static_cast<unsigned>(std::ranges::count_if(
                    deeds, [&](const Deed& deed) { return is_alike(deed, kind); }));
            };
            const auto due = of(wanted), did = of(seen);
            if (due == did) continue;
            auto& p = propose(ExpectationForm::count, other_.end(),
                              fmt::format("{} comes {} {} times", kind.words,
                                          did > due ? "at most" : "at least", due));
            p.expectation.pattern = kind.pattern;
            p.expectation.pattern.nth = 0;
            (did > due ? p.expectation.at_most : p.expectation.at_least) = due;
        }
    }

    // The sends of one request.
    void repeated(const Deed& wanted, const Deed& seen) {
        const auto* due = references_.front().transaction_of(*wanted.event);
        const auto* did = other_.transaction_of(*seen.event);
        if (due == nullptr || did == nullptr) return;
        const auto offsets = [](const judge::Transaction& t) {
            std::vector<Duration> all;
            for (const auto* send : t.sends)
                all.push_back(std::chrono::round<std::chrono::milliseconds>(send->at - t.start()));
            return all;
        };
        const auto right = offsets(*due), other = offsets(*did);
        if (right == other) return;
        std::size_t i = 0;
        while (i < right.size() && i < other.size() && right[i] == other[i]) ++i;
        auto& p = propose(ExpectationForm::schedule,
                          wanted.event->at + (i < other.size() ? other[i] : right[i]),
                          wanted.words + " is sent at these instants and no others");
        p.expectation.event = name(p, wanted);
        p.expectation.at = right;
        p.expectation.tolerance = std::chrono::milliseconds{50};
        p.expectation.tolerance_ratio = slack_ratio;
    }

    // What a request says, and what it shares with the one before it.
    void looks(const Deeds& wanted, const Deeds& seen, std::size_t i) {
        constexpr std::array says{"auth",   "expires",  "transport", "uri",       "from_uri",
                                  "to_uri", "username", "from_name", "supported", "require",
                                  "reg_id", "route",    "user_agent"};
        for (const auto* field : says) {
            const std::string right(wanted[i].event->field(field));
            const std::string other(seen[i].event->field(field));
            if (right == other || (manners_ == Manners::its_own && is_of_nobody(field))) continue;
            const auto text = fmt::format("{} has {} {}", wanted[i].words, field,
                                          right.empty() ? "not " + other : right);
            auto pattern = wanted[i].pattern;
            pattern.fields[field] = right.empty() ? other : right;
            auto& p = propose(right.empty() ? ExpectationForm::never : ExpectationForm::see,
                              seen[i].event->at, text);
            p.expectation.pattern = pattern;
            if (right.empty()) p.expectation.pattern.nth = 0;
        }
        const auto is_former = [&](const Deeds& deeds, std::size_t j) {
            return deeds[j].pattern.fields.at("method") == deeds[i].pattern.fields.at("method");
        };
        for (std::size_t j = i; j-- > 0;) {
            if (!is_former(wanted, j)) continue;
            shares(wanted, seen, j, i);
            break;
        }
    }

    static bool is_of_nobody(std::string_view field) {
        return field == "supported" || field == "user_agent" || field == "from_name";
    }

    void shares(const Deeds& wanted, const Deeds& seen, std::size_t j, std::size_t i) {
        const auto at = seen[i].event->at;
        const auto both = [&](Proposal& p) {
            p.expectation.of = {name(p, wanted[j]), name(p, wanted[i])};
        };
        for (const auto* field : {"call_id", "from_tag", "branch", "cseq", "instance", "nonce"}) {
            const bool right = wanted[j].event->field(field) == wanted[i].event->field(field);
            const bool other = seen[j].event->field(field) == seen[i].event->field(field);
            if (right == other) continue;
            auto& p = propose(right ? ExpectationForm::equal : ExpectationForm::differ, at,
                              fmt::format("the {} of {} is {} of the one before", field,
                                          wanted[i].words, right ? "that" : "not that"));
            p.expectation.fields = {field};
            both(p);
        }
        const auto number = [](const Deed& deed) {
            return std::stoul("0" + std::string(deed.event->field("cseq")));
        };
        if (number(wanted[i]) != number(wanted[j]) + 1 || number(seen[i]) == number(seen[j]) + 1)
            return;
        auto& p = propose(ExpectationForm::rises, at,
                          "the cseq of " + wanted[i].words + " is the next number");
        p.expectation.fields = {"cseq"};
        p.expectation.by = 1;
        both(p);
    }

    // The ACK is no act of its own, and yet an answer that never gets one is repeated for 32 s.
    static const Event* ack_of(const Event& answer, const Story& story) {
        const auto found = std::ranges::find_if(story.events(), [&](const Event* event) {
            return event->kind == "sip.request" && event->direction == Direction::out &&
                   event->field("method") == "ACK" && event->at >= answer.at &&
                   event->field("call_id") == answer.field("call_id");
        });
        return found == story.events().end() ? nullptr : *found;
    }

    static const judge::Transaction* first_answered_call(const Story& story) {
        for (const auto& t : story.transactions())
            if (t.method == "INVITE" && t.answer != nullptr &&
                t.answer->field("status").starts_with("2"))
                return &t;
        return nullptr;
    }

    void acknowledged() {
        const auto* due = first_answered_call(references_.front());
        const auto* did = first_answered_call(other_);
        if (due == nullptr || did == nullptr) return;
        const auto* right = ack_of(*due->answer, references_.front());
        const auto* other = ack_of(*did->answer, other_);
        if (right == nullptr || (other != nullptr && other->peer == right->peer)) return;
        auto& p = propose(ExpectationForm::see, did->answer->at,
                          "the answer of " + due->peer + " is acknowledged at " + right->peer);
        Pattern answer, ack;
        answer.kind = "sip.response";
        answer.peer = due->peer;
        answer.direction = Direction::in;
        answer.fields = {{"method", "INVITE"},
                         {"status", std::string(due->answer->field("status"))}};
        ack.kind = "sip.request";
        ack.peer = right->peer;
        ack.direction = Direction::out;
        ack.fields = {{"method", "ACK"}};
        p.events = {{"answered", answer}, {"acknowledged", ack}};
        p.expectation.event = "acknowledged";
        p.expectation.after = "answered";
        p.expectation.within = scenario::Window{Duration{}, rounded(slack_of({}))};
    }

    void unique() {
        auto& p = propose(ExpectationForm::unique, timeline::Instant{},
                          "every transaction has a branch of its own");
        p.expectation.fields = {"branch"};
        p.expectation.after.clear();
    }

    std::string clause_;
    Manners manners_;
    Story other_;
    std::vector<Story> references_;
    std::vector<Proposal> found_;
};

}  // namespace

std::vector<Proposal> proposals(const scenario::Scenario& scenario,
                                const std::vector<timeline::Timeline>& references,
                                const timeline::Timeline& other, Manners manners,
                                const std::string& clause) {
    return Finder(scenario, references, other, manners, clause).run();
}

}  // namespace twinline::field
