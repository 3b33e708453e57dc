// The words of a link's fault, read and written in one place: a scenario orders it by them, and a
// record tells it.
#include "rig/scenario/link.hh"
#include "rig/scenario/treatment.hh"
#include "rig/scenario/units.hh"

#include <chrono>

namespace twinline::scenario {

namespace {

using Kind = Treatment::Kind;
using Lost = Treatment::Lost;
using Which = LinkRule::Which;
using Read = tl::expected<void, std::string>;

// A proof asks until it has seen both, lost and not, in each direction.
constexpr unsigned longest_row = 20, longest_cycle = 10;
constexpr unsigned least_share = 5, most_share = 80;
constexpr unsigned most_seed = 1'000'000;
constexpr std::chrono::seconds longest_delay{60};
// A proof sends one datagram so soon after the other that it overtakes it.
constexpr std::chrono::milliseconds least_delay{1}, least_to_overtake{50};

std::string_view allowed(Kind kind) {
    switch (kind) {
        case Kind::lose:
            return "next COUNT, every COUNT, all but every COUNT or SHARE % [seed NUMBER], and in, "
                   "out or both behind it";
        case Kind::delay:
            return "TIME [jitter TIME [seed NUMBER]], and in, out or both behind it";
        case Kind::reorder:
            return "TIME, and in or out behind it";
        default:
            return "in, out or both, or nothing";
    }
}

bool takes(std::string_view& text, std::string_view word) {
    if (text != word && !(text.starts_with(word) && text.substr(word.size()).starts_with(' ')))
        return false;
    text = trim(text.substr(word.size()));
    return true;
}

// The direction, which stands last.
bool takes_last(std::string_view& text, std::string_view word) {
    if (text != word &&
        !(text.ends_with(word) && text.substr(0, text.size() - word.size()).ends_with(' ')))
        return false;
    text = trim(text.substr(0, text.size() - word.size()));
    return true;
}

Read read_whole(std::string_view text, std::string_view what, unsigned least, unsigned most,
                unsigned& value) {
    const auto number = parse_number(text, least, most);
    if (!number) return tl::unexpected(std::string(what) + " " + number.error());
    value = *number;
    return {};
}

// Takes "seed NUMBER" off the end.
Read read_seed(std::string_view& text, LinkRule& rule) {
    constexpr std::string_view word = " seed ";
    const auto at = text.rfind(word);
    if (at == text.npos) return {};
    unsigned seed = 0;
    const auto read = read_whole(trim(text.substr(at + word.size())), "seed", 1, most_seed, seed);
    rule.seed = seed;
    text = trim(text.substr(0, at));
    return read;
}

Read read_loss(std::string_view text, LinkRule& rule) {
    if (takes(text, "next")) {
        rule.which = Which::next;
        return read_whole(text, "next", 1, longest_row, rule.count);
    }
    if (takes(text, "every")) {
        rule.which = Which::every;
        return read_whole(text, "every", 2, longest_row, rule.count);
    }
    if (takes(text, "all but every")) {
        rule.which = Which::all_but_every;
        return read_whole(text, "all but every", 2, longest_cycle, rule.count);
    }
    rule.which = Which::share;
    if (const auto seed = read_seed(text, rule); !seed) return seed;
    if (!text.ends_with('%'))
        return tl::unexpected(in_quotes(text) + " says not what is lost; allowed is " +
                              std::string(allowed(Kind::lose)));
    text.remove_suffix(1);
    return read_whole(trim(text), "share", least_share, most_share, rule.count);
}

Read read_time(std::string_view text, std::string_view what, std::chrono::milliseconds least,
               timeline::Duration& value) {
    const auto time = parse_duration(text);
    if (!time) return tl::unexpected(std::string(what) + " " + time.error());
    if (*time < least || *time > longest_delay)
        return tl::unexpected(std::string(what) + " " + in_quotes(text) +
                              " is not allowed; allowed is " + std::to_string(least.count()) +
                              " ms to 60 s");
    value = std::chrono::floor<std::chrono::milliseconds>(*time);
    return {};
}

Read read_delay(std::string_view text, Treatment& treatment) {
    constexpr std::string_view word = " jitter ";
    if (const auto at = text.find(word); at != text.npos) {
        auto jitter = trim(text.substr(at + word.size()));
        if (const auto seed = read_seed(jitter, treatment.link); !seed) return seed;
        if (const auto read = read_time(jitter, "jitter", least_delay, treatment.link.jitter);
            !read)
            return read;
        text = trim(text.substr(0, at));
    }
    return read_time(text, to_string(treatment.kind), least_delay, treatment.delay);
}

std::string in_milliseconds(timeline::Duration time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
           " ms";
}

std::string written(const LinkRule& rule) {
    const auto count = std::to_string(rule.count);
    switch (rule.which) {
        case Which::next:
            return "next " + count;
        case Which::every:
            return "every " + count;
        case Which::all_but_every:
            return "all but every " + count;
        case Which::share:
            return count + " % seed " + std::to_string(rule.seed);
    }
    return {};
}

}  // namespace

Read read_link(std::string_view text, Treatment& treatment) {
    const bool one_way = treatment.kind == Kind::reorder;
    treatment.lost = one_way ? Lost::queries : Lost::both;
    if (takes_last(text, "in"))
        treatment.lost = Lost::queries;
    else if (takes_last(text, "out"))
        treatment.lost = Lost::answers;
    else if (!one_way)
        takes_last(text, "both");
    switch (treatment.kind) {
        case Kind::lose:
            return read_loss(text, treatment.link);
        case Kind::delay:
            return read_delay(text, treatment);
        case Kind::reorder:
            return read_time(text, "reorder", least_to_overtake, treatment.delay);
        default:
            if (text.empty()) return {};
            return tl::unexpected(in_quotes(text) + " is too much; allowed is " +
                                  std::string(allowed(treatment.kind)));
    }
}

std::string link_operands(const Treatment& treatment) {
    std::string text;
    if (treatment.kind == Kind::lose) text = written(treatment.link);
    if (treatment.kind == Kind::delay || treatment.kind == Kind::reorder)
        text = in_milliseconds(treatment.delay);
    if (treatment.kind == Kind::delay && treatment.link.jitter.count() != 0)
        text += " jitter " + in_milliseconds(treatment.link.jitter) + " seed " +
                std::to_string(treatment.link.seed);
    if (treatment.lost == Lost::both) return text;
    const std::string_view way = treatment.lost == Lost::queries ? "in" : "out";
    return text + (text.empty() ? "" : " ") + std::string(way);
}

}  // namespace twinline::scenario
