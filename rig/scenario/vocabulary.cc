// The table behind the vocabulary, in the order of probes/timeline/event.hh.
#include "rig/scenario/vocabulary.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

struct KindName {
    std::string_view name;
    std::vector<std::string_view> fields;
};

const std::vector<KindName>& table() {
    static const std::vector<KindName> kinds{
        {"sip.request", {"method",   "uri",    "call_id", "cseq",     "from_tag",   "to_tag",
                         "from_uri", "to_uri", "branch",  "sent_by",  "transport",  "contact",
                         "expires",  "auth",   "realm",   "nonce",    "user_agent", "route",
                         "send",     "size",   "reg_id",  "instance", "supported",  "require",
                         "from_name", "username", "rport"}},
        {"sip.response",
         {"status", "reason",  "method",  "cseq",        "call_id",   "from_tag", "to_tag",
          "branch", "contact", "expires", "retry_after", "realm",     "nonce",    "stale",
          "send",   "size",    "reg_id",  "instance",    "supported", "require",  "flow_timer",
          "service_route"}},
        {"keepalive.ping", {"form", "transport", "transaction", "send"}},
        {"keepalive.pong", {"form", "transport", "transaction", "mapped", "error"}},
        {"keepalive.malformed", {"form", "transport", "reason"}},
        {"sip.malformed", {"reason", "offset", "start"}},
        {"dns.query", {"id", "name", "type", "transport"}},
        {"dns.response", {"id", "name", "type", "transport", "rcode", "answers", "ttl", "soa_ttl", "additional", "truncated"}},
        {"dns.malformed", {"reason"}},
        {"icmp.unreachable", {"code", "of_src", "of_dst", "of_protocol"}},
        {"icmp.other", {"type", "code"}},
        {"arp.request", {"target"}},
        {"arp.reply", {"target", "mac"}},
        {"tcp.syn", {}},
        {"tcp.synack", {}},
        {"tcp.rst", {}},
        {"tcp.fin", {}},
        {"config.attempt", {"protocol", "server"}},
        {"config.request", {"protocol", "method", "path", "name"}},
        {"config.response", {"protocol", "path", "status", "bytes", "outcome"}},
        {"rig.stimulus", {"what"}},
        {"rig.fault", {"fault", "host", "state", "operands"}},
        {"rig.probe", {"host", "from", "phase", "result"}},
        {"rig.decision", {"what", "text"}},
        {"rig.display", {"account", "line_state", "server", "notice"}},
        {"rig.call", {"account", "state", "notice", "softkeys"}},
        {"rig.media", {"state", "local", "remote", "payload", "direction"}},
        {"rig.subscription", {"account", "package", "user", "state", "notice"}},
        {"rig.location", {"host", "state", "user", "contact", "left", "reg_id"}},
        {"rig.watcher", {"host", "state", "user", "event", "left"}},
        {"rig.provisioning", {"state", "server", "skip"}},
        {"rig.error-message", {"text"}},
        {"rig.capture", {"received", "dropped", "if_dropped"}},
        {"rig.clock", {"drift_ns"}},
        {"rig.lag", {"late_ms"}},
        {"rig.note", {"text"}},
    };
    return kinds;
}

}  // namespace

std::vector<std::string_view> kinds() {
    std::vector<std::string_view> names;
    for (const KindName& kind : table()) names.push_back(kind.name);
    return names;
}

std::vector<std::string_view> fields_of(std::string_view kind) {
    std::vector<std::string_view> fields;
    for (const KindName& entry : table()) {
        if (!kind.empty() && entry.name != kind) continue;
        for (std::string_view field : entry.fields) {
            if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
                fields.push_back(field);
            }
        }
    }
    return fields;
}

bool has_open_fields(std::string_view kind) { return kind == "rig.decision"; }

const std::vector<std::string_view>& sip_methods() {
    static const std::vector<std::string_view> methods{
        "any",    "REGISTER", "INVITE", "ACK",   "BYE",   "CANCEL",  "OPTIONS", "SUBSCRIBE",
        "NOTIFY", "INFO",     "UPDATE", "PRACK", "REFER", "MESSAGE", "PUBLISH"};
    return methods;
}

const std::vector<std::string_view>& dns_types() {
    static const std::vector<std::string_view> types{"any",   "A",   "AAAA", "NAPTR", "SRV",
                                                     "CNAME", "SOA", "NS",   "PTR",   "TXT"};
    return types;
}

}  // namespace twinline::scenario
