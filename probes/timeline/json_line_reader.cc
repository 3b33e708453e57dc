// Reading one line of a timeline. A SAX reader, because it alone hands out a number as it was
// written: at_ms must come back to the nanosecond.
#include "probes/timeline/json_lines.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace twinline::timeline {

namespace {

using Json = nlohmann::json;

// A plain decimal with at most six places: "12", "-0.5", "86400000.000001".
std::optional<Instant> read_milliseconds(std::string_view text) {
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view places = text.substr(std::min(point + 1, text.size()));
    std::string digits(text.substr(0, point));
    if (places.size() > 6 || (point < text.size() && places.empty())) {
        return std::nullopt;
    }
    digits.append(places).append(6 - places.size(), '0');
    digits.insert(0, negative ? "-" : "");
    std::int64_t count = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, count);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return Instant{Duration{count}};
}

class LineReader final : public nlohmann::json_sax<Json> {
  public:
    Event event;
    std::string reason;

    bool start_object(std::size_t) override {
        if (where_ == Where::outside) {
            where_ = Where::event;
            return true;
        }
        return enter("fields", Where::fields, "an object");
    }
    bool start_array(std::size_t) override { return enter("clauses", Where::clauses, "an array"); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }

    bool key(std::string& name) override {
        if (where_ == Where::fields) {
            key_ = name;
            return true;
        }
        member_ = name;
        return seen_.insert(name).second || fail(fmt::format("\"{}\" twice", name));
    }

    bool string(std::string& text) override {
        if (where_ == Where::fields) {
            return event.fields.emplace(key_, std::move(text)).second ||
                   fail(fmt::format("field \"{}\" twice", key_));
        }
        if (where_ == Where::clauses) {
            event.clauses.push_back(std::move(text));
            return true;
        }
        return where_ == Where::event && member_ == "direction" ? direction(text) : member(text);
    }

    bool number_integer(std::int64_t value) override { return number(std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) override { return number(std::to_string(value)); }
    bool number_float(double, const std::string& written) override { return number(written); }
    bool null() override { return unexpected("null"); }
    bool boolean(bool) override { return unexpected("a boolean"); }
    bool binary(Json::binary_t&) override { return unexpected("binary data"); }

    bool parse_error(std::size_t, const std::string&, const Json::exception& error) override {
        return fail(error.what());
    }

    bool complete() {
        if (!seen_.contains("at_ms")) {
            return fail("\"at_ms\" is missing");
        }
        return !event.kind.empty() || fail("\"kind\" is missing");
    }

  private:
    enum class Where { outside, event, fields, clauses };

    bool fail(std::string why) {
        if (reason.empty()) {
            reason = std::move(why);
        }
        return false;
    }

    bool unexpected(std::string_view what) {
        switch (where_) {
            case Where::outside:
                return fail(fmt::format("an object is expected, not {}", what));
            case Where::event:
                return fail(
                    fmt::format("\"{}\" is no member of an event, or not {}", member_, what));
            case Where::fields:
                return fail(fmt::format("field \"{}\" must be a string, not {}", key_, what));
            case Where::clauses:
                return fail(fmt::format("a clause must be a string, not {}", what));
        }
        return false;
    }

    bool enter(std::string_view member, Where where, std::string_view what) {
        if (where_ != Where::event || member_ != member) {
            return unexpected(what);
        }
        where_ = where;
        return true;
    }

    bool leave() {
        where_ = where_ == Where::event ? Where::outside : Where::event;
        return true;
    }

    bool direction(std::string_view text) {
        if (text != "out" && text != "in") {
            return fail("\"direction\" is neither \"out\" nor \"in\"");
        }
        event.direction = text == "out" ? Direction::out : Direction::in;
        return true;
    }

    bool member(std::string& text) {
        std::string* const place = where_ != Where::event   ? nullptr
                                   : member_ == "subject"   ? &event.subject
                                   : member_ == "peer"      ? &event.peer
                                   : member_ == "peer_port" ? &event.peer_port
                                   : member_ == "kind"      ? &event.kind
                                                            : nullptr;
        if (place == nullptr) {
            return unexpected("a string");
        }
        *place = std::move(text);
        return true;
    }

    bool number(std::string_view written) {
        if (where_ == Where::event && member_ == "at_ms") {
            const auto at = read_milliseconds(written);
            event.at = at.value_or(Instant{});
            return at || fail("\"at_ms\" is no decimal number with at most six places");
        }
        if (where_ != Where::event || (member_ != "id" && member_ != "frame")) {
            return unexpected("a number");
        }
        std::uint64_t value = 0;
        const char* end = written.data() + written.size();
        if (const auto [stop, error] = std::from_chars(written.data(), end, value);
            error != std::errc{} || stop != end) {
            return fail(fmt::format("\"{}\" is no whole number", member_));
        }
        if (member_ == "id") {
            event.id = value;
        } else {
            event.frame = value;
        }
        return true;
    }

    Where where_ = Where::outside;
    std::string member_;
    std::string key_;
    std::set<std::string> seen_;
};

}  // namespace

tl::expected<Event, std::string> from_json_line(std::string_view line) {
    LineReader reader;
    if (!Json::sax_parse(line, &reader) || !reader.complete()) {
        return tl::unexpected(std::move(reader.reason));
    }
    return std::move(reader.event);
}

}  // namespace twinline::timeline
