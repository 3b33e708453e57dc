// Lines for the one, a walk over the tags for the other: no entity is expanded, no DTD is read.
#include "reference_impl/wire/event_package.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::wire {

namespace {

ParseError fault(std::size_t offset, std::string reason) { return {offset, std::move(reason)}; }

// "2/8 (0/2)"
std::optional<MessageSummary::Voice> counts(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto fresh = parse_number(trim(text.substr(0, slash)));
    const auto rest = text.substr(slash + 1);
    const auto old = parse_number(trim(rest.substr(0, rest.find('('))));
    if (!fresh || !old) return std::nullopt;
    return MessageSummary::Voice{*fresh, *old};
}

struct Tag {
    std::string_view name;  // without its prefix
    std::string_view attributes;
    bool closes = false;
    bool is_empty = false;  // <tag/>
    std::size_t end = 0;    // after its ">"
};

constexpr std::string_view spaces = " \t\r\n";

// The next tag from `from`; comments and processing instructions are skipped. None: the end.
Parsed<std::optional<Tag>> next_tag(std::string_view body, std::size_t from) {
    for (;;) {
        const auto start = body.find('<', from);
        if (start == std::string_view::npos) return std::optional<Tag>();
        const auto rest = body.substr(start);
        const std::string_view closer = rest.starts_with("<!--") ? "-->"
                                        : rest.starts_with("<?") ? "?>"
                                                                 : ">";
        if (rest.starts_with("<!") && closer == ">")
            return tl::unexpected(fault(start, "a declaration, which is not read"));
        auto end = body.find(closer, start + 1);
        if (end == std::string_view::npos) return tl::unexpected(fault(start, "a tag without end"));
        if (closer != ">") {
            from = end + closer.size();
            continue;
        }
        Tag tag;
        tag.end = end + 1;
        auto inside = body.substr(start + 1, end - start - 1);
        tag.closes = inside.starts_with('/');
        if (tag.closes) inside.remove_prefix(1);
        tag.is_empty = inside.ends_with('/');
        if (tag.is_empty) inside.remove_suffix(1);
        const auto name_end = std::min(inside.find_first_of(spaces), inside.size());
        tag.name = inside.substr(0, name_end);
        if (const auto colon = tag.name.find(':'); colon != std::string_view::npos)
            tag.name.remove_prefix(colon + 1);
        tag.attributes = inside.substr(name_end);
        return std::optional(tag);
    }
}

// The value of NAME="..."; entities stay as they are, an identifier needs none.
std::optional<std::string> attribute(std::string_view attributes, std::string_view name) {
    for (;;) {
        const auto equals = attributes.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto found = trim(attributes.substr(0, equals));
        attributes.remove_prefix(equals + 1);
        const auto open = attributes.find_first_not_of(spaces);
        if (open == std::string_view::npos) return std::nullopt;
        const char mark = attributes[open];
        if (mark != '"' && mark != '\'') return std::nullopt;
        const auto close = attributes.find(mark, open + 1);
        if (close == std::string_view::npos) return std::nullopt;
        if (found == name) return std::string(attributes.substr(open + 1, close - open - 1));
        attributes.remove_prefix(close + 1);
    }
}

bool is_state(std::string_view text) {
    return text == "trying" || text == "proceeding" || text == "early" || text == "confirmed" ||
           text == "terminated";
}

}  // namespace

Parsed<MessageSummary> parse_message_summary(std::string_view body) {
    MessageSummary summary;
    bool told = false;
    for (auto rest = body; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto name = trim(line.substr(0, colon));
        const auto value = trim(line.substr(colon + 1));
        if (equal_ignoring_case(name, "Messages-Waiting")) {
            told = equal_ignoring_case(value, "yes") || equal_ignoring_case(value, "no");
            summary.waiting = equal_ignoring_case(value, "yes");
        } else if (equal_ignoring_case(name, "Voice-Message")) {
            summary.voice = counts(value);
        }
    }
    if (!told) return tl::unexpected(fault(0, "no Messages-Waiting of yes or no (RFC 3842 5.2)"));
    return summary;
}

Parsed<DialogInfo> parse_dialog_info(std::string_view body) {
    DialogInfo info;
    bool open = false;       // inside <dialog-info>
    bool in_dialog = false;  // inside <dialog>
    for (std::size_t at = 0;;) {
        const auto tag = next_tag(body, at);
        if (!tag) return tl::unexpected(tag.error());
        if (!*tag) break;
        const auto& t = **tag;
        at = t.end;
        if (t.name == "dialog-info" && !t.closes) {
            const auto version = parse_number(attribute(t.attributes, "version").value_or(""));
            if (!version) return tl::unexpected(fault(at, "no version (RFC 4235 4.1)"));
            info.version = *version;
            info.full = attribute(t.attributes, "state") == "full";
            if (t.is_empty) return info;
            open = true;
        } else if (!open) {
            return tl::unexpected(fault(at, "no dialog-info"));
        } else if (t.name == "dialog-info") {
            return info;
        } else if (t.name == "dialog") {
            in_dialog = !t.closes && !t.is_empty;
            if (!in_dialog) continue;
            const auto id = attribute(t.attributes, "id");
            if (!id) return tl::unexpected(fault(at, "a dialog without id"));
            if (info.dialogs.size() == most_dialogs)
                return tl::unexpected(fault(at, "more dialogs than a phone has"));
            info.dialogs.push_back({*id, "trying"});
        } else if (t.name == "state" && in_dialog && !t.closes) {
            const auto text = trim(body.substr(at, body.find('<', at) - at));
            if (!is_state(text)) return tl::unexpected(fault(at, "no state of a dialog"));
            info.dialogs.back().state = text;
        }
    }
    return tl::unexpected(fault(body.size(), "no end of dialog-info"));
}

}  // namespace twinline::wire
