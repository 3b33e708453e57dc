// Short forms of patterns to kinds and fields. A request is the subject's own unless `from` says
// that it came to it.
#include "rig/scenario/pattern_loader.hh"

#include "rig/scenario/vocabulary.hh"

#include <algorithm>
#include <cctype>

namespace twinline::scenario {

namespace {

using timeline::Direction;

constexpr unsigned most_events = 10000;

Words pattern_keys(PatternUse use) {
    Words keys{"request", "response", "query", "answer", "keepalive", "kind", "of",
               "name",    "to",       "from",  "auth",   "send",      "where"};
    if (use == PatternUse::event) keys.insert(keys.end(), {"nth", "after"});
    return keys;
}

bool is_status(std::string_view text) {
    if (text == "any") return true;
    if (text.size() != 3 || text[0] < '1' || text[0] > '6') return false;
    return text.substr(1) == "xx" || (std::isdigit(static_cast<unsigned char>(text[1])) != 0 &&
                                      std::isdigit(static_cast<unsigned char>(text[2])) != 0);
}

void set_unless_any(timeline::Fields& fields, std::string_view name, const std::string& value) {
    if (!value.empty() && value != "any") fields[std::string(name)] = value;
}

class PatternLoader {
  public:
    PatternLoader(const YAML::Node& node, Faults& faults, const Topology& topology, PatternUse use)
        : map_(node, faults, "a pattern", pattern_keys(use)), topology_(topology) {}

    Pattern load() {
        pattern_.place = map_.place();
        load_form();
        load_peer();
        refuse_unless("of", pattern_.kind == "sip.response", "a response");
        refuse_unless("auth", pattern_.kind == "sip.request", "a request");
        refuse_unless("send",
                      pattern_.kind.starts_with("sip.re") || pattern_.kind == "keepalive.ping",
                      "a request, a response or a ping");
        refuse_unless("name", pattern_.kind.starts_with("dns."), "a query or an answer");
        set_unless_any(pattern_.fields, "auth", map_.word("auth", {"credentials", "none"}, ""));
        if (auto send = map_.number("send", 1, most_events)) {
            pattern_.fields["send"] = std::to_string(*send);
        }
        set_unless_any(pattern_.fields, "name", map_.text("name", ""));
        load_where();
        pattern_.nth = map_.number("nth", 1, most_events).value_or(0);
        pattern_.after = map_.text("after", "");
        return std::move(pattern_);
    }

  private:
    void load_form() {
        Words present;
        for (std::string_view form :
             {"request", "response", "query", "answer", "keepalive", "kind"}) {
            if (map_.has(form)) present.push_back(form);
        }
        if (present.size() != 1) {
            if (map_.node().IsMap()) {
                map_.faults().add(map_.node(), "a pattern has " + std::to_string(present.size()) +
                                                   " forms; allowed is exactly one of request, "
                                                   "response, query, answer, keepalive, kind");
            }
            return;
        }
        if (present[0] == "request") {
            set("sip.request", Direction::out, "method", map_.word("request", sip_methods()));
        } else if (present[0] == "response") {
            set("sip.response", Direction::in, "status", status());
            set_unless_any(pattern_.fields, "method", map_.word("of", sip_methods(), ""));
        } else if (present[0] == "query") {
            set("dns.query", Direction::out, "type", map_.word("query", dns_types()));
        } else if (present[0] == "answer") {
            set("dns.response", Direction::in, "type", map_.word("answer", dns_types()));
        } else if (present[0] == "keepalive") {
            load_keepalive(map_.word("keepalive", {"ping", "pong"}));
        } else {
            pattern_.kind = map_.word("kind", kinds());
        }
    }

    void set(std::string_view kind, Direction direction, std::string_view field,
             const std::string& value) {
        pattern_.kind = kind;
        pattern_.direction = direction;
        set_unless_any(pattern_.fields, field, value);
    }

    // The subject pings, the server answers; `from` and `to` tell the other way.
    void load_keepalive(const std::string& which) {
        if (which.empty()) return;
        set("keepalive." + which, which == "ping" ? Direction::out : Direction::in, "", "");
    }

    std::string status() {
        std::string text = map_.text("response");
        if (text.empty() || is_status(text)) return text;
        map_.faults().add(
            *map_.find("response"),
            "unknown status \"" + text + "\"; allowed are 100 to 699, 1xx to 6xx, any");
        return "";
    }

    void load_peer() {
        if (map_.has("to") && map_.has("from")) {
            map_.faults().add(map_.node(),
                              "a pattern has both to and from; allowed is one of them");
            return;
        }
        for (std::string_view key : {"to", "from"}) {
            if (!map_.has(key)) continue;
            std::string role = map_.text(key);
            if (!role.empty())
                check_role(*map_.find(key), map_.faults(), key, role, topology_, {"any"});
            pattern_.peer = role == "any" ? "" : role;
            pattern_.direction = key == "to" ? Direction::out : Direction::in;
        }
    }

    void refuse_unless(std::string_view key, bool applies, std::string_view where) {
        if (applies || pattern_.kind.empty() || !map_.has(key)) return;
        map_.faults().add(*map_.find(key), "\"" + std::string(key) + "\" says nothing about " +
                                               pattern_.kind + "; it is allowed with " +
                                               std::string(where));
    }

    void load_where() {
        std::optional<YAML::Node> where = map_.find("where");
        if (!where) return;
        for (const auto& [field, value] : read_pairs(*where, map_.faults(), "where")) {
            bool known = has_open_fields(pattern_.kind) ||
                         check_word(value, map_.faults(), "field", field, fields_of(pattern_.kind));
            std::optional<std::string> text = read_text(value, map_.faults(), field);
            if (!known || !text) continue;
            if (!pattern_.fields.emplace(field, *text).second) {
                map_.faults().add(value, "field \"" + field +
                                             "\" is set twice; allowed is where or the short form");
            }
        }
    }

    Map map_;
    const Topology& topology_;
    Pattern pattern_;
};

}  // namespace

Pattern load_pattern(const YAML::Node& node, Faults& faults, const Topology& topology,
                     PatternUse use) {
    return PatternLoader(node, faults, topology, use).load();
}

bool check_role(const YAML::Node& node, Faults& faults, std::string_view what,
                std::string_view role, const Topology& topology, const Words& more) {
    if (topology.hosts.empty()) return true;
    Words allowed;
    for (const Host& host : topology.hosts) allowed.push_back(host.role);
    allowed.insert(allowed.end(), more.begin(), more.end());
    return check_word(node, faults, what, role, allowed);
}

}  // namespace twinline::scenario
