// SIP (RFC 3261): the probe's reader and the phone's. Each stays inside the message, and where both
// take it they read the same of it; what the phone reads it can write and read again.
#include "probes/decode/sip_scanner.hh"
#include "reference_impl/wire/sip_message.hh"
#include "tests/fuzz/targets.hh"

#include <algorithm>
#include <string>
#include <vector>

namespace twinline::fuzz {

namespace {

void check_inside(std::string_view message, std::string_view part) {
    hold(part.data() == nullptr || (part.data() >= message.data() &&
                                    part.data() + part.size() <= message.data() + message.size()),
         "a part lies in its message");
}

void check(const decode::SipView& view) {
    const auto message = view.message;
    for (const auto part :
         {view.method, view.request_uri, view.reason, view.via.host, view.via.port, view.via.branch,
          view.from.uri, view.from.tag, view.to.uri, view.to.tag, view.call_id, view.cseq_method,
          view.route, view.user_agent, view.content_type, view.body})
        check_inside(message, part);
    for (const auto& line : view.headers()) {
        check_inside(message, line.name);
        check_inside(message, line.value);
    }
    hold(view.is_request() != view.method.empty(), "a request has a method, a response none");
}

void check_same(const decode::SipView& ours, const wire::SipMessage& theirs) {
    hold(ours.method == theirs.method && ours.status == theirs.status, "both read one start line");
    hold(ours.call_id == theirs.call_id, "both read one Call-ID");
    hold(ours.cseq == theirs.cseq && ours.cseq_method == theirs.cseq_method, "both read one CSeq");
    hold(ours.via_count == theirs.via.size(), "both count the Vias alike");
    hold(ours.via.branch == theirs.via.front().branch, "both read one branch");
    hold(ours.from.tag == theirs.tag_of_from(), "both read one tag of From");
    hold(ours.to.tag == theirs.tag_of_to(), "both read one tag of To");
    hold(ours.contact_count == theirs.contact.size(), "both count the Contacts alike");
    hold(ours.expires == theirs.expires, "both read one Expires");
    hold(ours.body == theirs.body, "both see one body");
}

// sofia-sip writes a URI of another scheme that has a path without one of its slashes: nothing that
// a phone is sent to.
bool has_known_schemes(const wire::SipMessage& message) {
    const auto known = [](std::string_view uri) {
        const auto scheme = uri.substr(0, uri.find(':'));
        return uri.empty() || uri == "*" || scheme == "sip" || scheme == "sips" || scheme == "tel";
    };
    const auto all = [&](const std::vector<wire::NameAddr>& list) {
        return std::ranges::all_of(list, [&](const auto& each) { return known(each.uri); });
    };
    return known(message.request_uri) && known(message.from.uri) && known(message.to.uri) &&
           all(message.contact) && all(message.route) && all(message.record_route);
}

}  // namespace

void sip(std::string_view datagram) {
    const auto ours = decode::scan_sip(datagram);
    const auto theirs = wire::parse_sip(datagram);
    if (ours)
        check(*ours);
    else
        hold(ours.error().offset <= datagram.size(), "a fault lies in the message");
    if (!theirs)
        return hold(theirs.error().offset <= datagram.size(), "a fault lies in the message");
    if (ours) check_same(*ours, *theirs);
    if (!has_known_schemes(*theirs)) return;
    const auto text = wire::serialise(*theirs);
    hold(text.size() <= wire::most_octets(*theirs), "what is written is no longer than was said");
    const auto again = wire::parse_sip(text);
    hold(again && *again == *theirs, "what is written is read again");
}

}  // namespace twinline::fuzz
