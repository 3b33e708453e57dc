// Turns the questions of Location into queries and its result into a list to walk.
#include "reference_impl/phone/candidates.hh"

#include <algorithm>

namespace twinline::phone {

void Candidates::begin(wire::Instant now, std::optional<Target> home, First first) {
    home_ = std::move(home);
    first_ = first;
    told_.clear();
    location_.emplace(now, context_, account_, server_);
    state_ = State::locating;
    advance(now);
}

bool Candidates::learn(wire::Instant now, const Resolver::Result& result) {
    if (state_ != State::locating) return false;
    for (const auto& record : result.second.additional) told_.insert(record.name);
    if (purpose_ == Purpose::registration && account_.dns_cache_type == config::DnsCacheType::none)
        context_.of_registration.insert_or_assign(result.first, result.second);
    location_->learn(result.first, result.second);
    advance(now);
    return state_ != State::locating;
}

void Candidates::advance(wire::Instant now) {
    for (;;) {
        auto step = location_->step();
        if (auto* found = std::get_if<Location::Found>(&step)) {
            primary_ = found->targets.front().endpoint;
            take(std::move(found->targets));
            return;
        }
        if (auto* nowhere = std::get_if<Location::Nowhere>(&step)) {
            if (home_ && nowhere->unanswered) {  // the address is known, only the DNS is not there
                take({*home_});
                return;
            }
            nowhere_ = std::move(*nowhere);
            state_ = State::nowhere;
            return;
        }
        bool learned = false;
        for (auto& question : std::get<Location::Need>(step).questions) {
            if (const auto* answer = remembered(now, question.dns)) {
                location_->learn(question.dns, *answer);
                learned = true;
            } else {
                resolver_.ask(now, question.dns, std::move(question.clauses));
            }
        }
        if (!learned) return;
    }
}

// What account.X.dns_cache_type lets a location use without asking.
const DnsAnswer* Candidates::remembered(wire::Instant now,
                                        const wire::DnsQuestion& question) const {
    const auto type = account_.dns_cache_type;
    if (type == config::DnsCacheType::none) return of_registration(question);  // YL-SDC-03
    if (const auto* answer = resolver_.remembered(now, question)) return answer;
    const auto* additional = resolver_.remembered_additional(now, question);
    if (additional == nullptr || !context_.is_yealink()) return nullptr;
    if (type == config::DnsCacheType::answers_and_additional) return additional;  // YL-SDC-05
    const bool once = told_.contains(question.name) &&
                      context_.oracle->reading("additional-not-cached") == "used-once";
    return once ? additional : nullptr;  // YL-SDC-04
}

// Where real time means each registration, a call uses what that found.
const DnsAnswer* Candidates::of_registration(const wire::DnsQuestion& question) const {
    if (purpose_ == Purpose::registration || !context_.is_yealink() ||
        context_.oracle->reading("realtime-query-scope") != "each-registration")
        return nullptr;
    const auto found = context_.of_registration.find(question);
    return found == context_.of_registration.end() ? nullptr : &found->second;
}

void Candidates::take(std::vector<Target> targets) {
    targets_.clear();
    for (auto& target : targets)
        if (std::ranges::none_of(targets_, [&](const Target& t) { return t.is_same(target); }))
            targets_.push_back(std::move(target));
    if (home_ &&
        first_ ==
            First::home)  // RFC-3261-1024: a refresh goes to the address that holds the binding
        std::ranges::stable_partition(targets_, [&](const Target& t) { return t.is_same(*home_); });
    next_ = 0;
    state_ = State::ready;
}

std::optional<Target> Candidates::next(wire::Instant now) {
    auto& left_alone = context_.left_alone;
    std::erase_if(left_alone, [now](const auto& entry) { return entry.second <= now; });
    while (next_ < targets_.size()) {
        const auto& target = targets_[next_++];
        if (!left_alone.contains(target.endpoint)) return target;
    }
    return std::nullopt;
}

void avoid(Context& context, const config::Account& account, const Target& server,
           wire::Instant now) {
    if (account.avoidance.count() > 0 &&
        context.oracle->reading("primary-first-against-blacklist") == "blacklisted")
        context.left_alone.insert_or_assign(server.endpoint, now + account.avoidance);
}

}  // namespace twinline::phone
