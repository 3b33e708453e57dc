// DNS messages (RFC 1035): what the phone takes for an answer the probe must see as one, and the
// lab's name server lives through any query.
#include "reference_impl/wire/dns_message.hh"
#include "rig/dns/name_server.hh"
#include "tests/fuzz/datagram.hh"
#include "tests/fuzz/targets.hh"

#include <string>

namespace twinline::fuzz {

namespace {

constexpr std::string_view zone =
    "$ORIGIN pbx.test.\n"
    "@ 60 IN SOA ns hostmaster 1 3600 600 86400 60\n"
    "@ 60 IN NAPTR 10 10 \"s\" \"SIP+D2U\" \"\" _sip._udp\n"
    "_sip._udp 60 IN SRV 10 10 5060 primary\n"
    "_sip._udp 60 IN SRV 20 10 5060 secondary\n"
    "primary 60 IN A 192.0.2.11\n"
    "secondary 60 IN CNAME other\n"
    "other 60 IN A 192.0.2.12\n";

}  // namespace

void dns(std::string_view message) {
    constexpr std::uint16_t port = 53;
    const auto event = seen(message, port);
    const auto read = wire::parse_response(message);
    if (read) {
        hold(event && event->kind == "dns.response", "the probe reads what the phone reads");
        hold(event->field("id") == std::to_string(read->id), "with the same id");
    } else {
        hold(read.error().offset <= message.size(), "a fault lies in the message");
    }
    static const dns::NameServer server{zone};
    if (const auto answer = server.answer(1, message)) {
        hold(answer->size() <= dns::NameServer::datagram, "an answer fits into its datagram");
        hold(answer->substr(0, 2) == message.substr(0, 2), "an answer has the id of its query");
    }
}

}  // namespace twinline::fuzz
