// What happened, as one line of a timeline: seen on the wire or done by the rig. The timeline is the one
// currency: stored, judged and drawn.
//
// Kinds seen on the wire and their fields (all text; a field that the message lacks is absent):
//   (expires is the contact's, else the Expires header's; of a 200 to REGISTER, that of the binding asked for)
//   sip.request     method uri call_id cseq from_tag to_tag from_uri to_uri branch sent_by transport contact expires
//                   from_name (its display name) auth ("none"|"credentials") username realm nonce user_agent route rport ("yes") send (ordinal of this transmission
//                   of one branch+method+cseq from one source to one destination, from 1) size
//   sip.response    status reason method cseq call_id from_tag to_tag branch contact expires retry_after realm nonce
//                   stale send size
//                   and of both, where they have them: reg_id instance (without <>) of that contact, supported and
//                   require (option tags, joined by ","); of a response flow_timer (RFC 5626) and service_route (RFC 3608, the topmost URI)
//   keepalive.ping  form ("stun"|"crlf"|"zeros") transport transaction (of STUN, hexadecimal) send (of STUN)
//   keepalive.pong  form ("stun"|"crlf") transport; of STUN transaction mapped ("ip:port") error (its number)
//   keepalive.malformed  form ("stun") transport reason
//   (where SIP is said: a STUN Binding request or its answer in a datagram, CRLFs between the messages of a stream, two
//    a ping and one the pong, a datagram of nothing but CRLFs or zeros)
//   sip.malformed   reason offset (octets from the start of the SIP message) start (its first line, at most 80 octets)
//   dns.query       id name type transport
//   dns.response    id name type transport rcode answers ("TYPE rdata" joined by "; ") ttl (smallest of the answers) soa_ttl (RFC 2308 5) additional ("yes": addresses) truncated ("yes")
//   dns.malformed   reason transport
//   (name in lower case without the trailing dot; answers as in a zone file)
//   icmp.unreachable  code of_src of_dst (endpoints of the packet it answers) of_protocol
//   icmp.other      type code
//   arp.request     target     arp.reply  target mac
//   tcp.syn tcp.synack tcp.rst tcp.fin   src dst (endpoints)   (later work extends this list)
//   (SIP and DNS over TCP are read out of the stream; transport is udp, tcp or tls)
//   tls.established version ("1.2"|"1.3") cipher resumed ("yes"|"no") server_name     both sides have finished the handshake
//   tls.alert       level ("warning"|"fatal") description ("unknown_ca" ...)           not close_notify
//   tls.unreadable  reason          nothing more of what this side says can be read; once for each direction
//   (what is said inside a connection of TLS comes as without it, where the key log has its keys)
//   config.attempt  protocol server (its role)      a connection to a configuration server is asked for
//   config.request  protocol method ("GET"|"RETR"|"RRQ") path name (of the host, as HTTP tells it)
//   config.response protocol path status ("200", "226", "data", "error 1"; absent: none came) bytes (of the body)
//                   outcome ("complete"|"cut"|"refused": the status is no file)   when it is over; a client that closes first has cut it
//   frame.truncated  protocol captured promised (octets of IP payload): the capture kept too little to read it
// An ICMP error is the event of the subject whose packet it quotes, and its peer the one to whom that packet went.
// Kinds done by the rig (probes/timeline knows them only as text):
//   rig.stimulus    what            a step of the scenario took place, for `subject`
//   rig.fault       fault host state ("on"|"off") -- onset and end of a fault for `subject`
//   rig.probe       host from ("keyed"|"unkeyed") phase ("before"|"during"|"after") result ("answered"|"silent"|...)
//   rig.decision    what text + the decision's keys; clauses -- why the twin did it
//   rig.reading     id is value     the reference asked whether the answer to an open question is `is`; the answer is `value`
//   rig.display     account line_state server notice
//   rig.capture     received dropped if_dropped
//   rig.clock       drift_ns      rig.lag  late_ms (how late a stimulus was)     rig.note  text
#pragma once

#include <boost/container/flat_map.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/timeline/frame.hh"

namespace twinline::timeline {

enum class Direction { none, out, in };  // as the subject sees it

// In order of the names; flat, for a timeline has many and each is small.
using Fields = boost::container::flat_map<std::string, std::string, std::less<>>;

struct Event {
    std::uint64_t id = 0;  // from 1, in order of time
    Instant at{};
    std::string subject;  // "device", "twin", "probe-device" ...; empty when neither end is a subject
    Direction direction = Direction::none;
    std::string peer;       // the other end's role ("primary") or its address; "src->dst" without a subject
    std::string peer_port;  // the other end's port, when there is one
    std::string kind;
    Fields fields;
    std::vector<std::string> clauses;
    std::optional<std::uint64_t> frame;

    std::string_view field(std::string_view name) const;  // empty when absent
};

using Timeline = std::vector<Event>;

struct ConfigurationServer {
    std::string protocol;  // "http", "https", "ftp", "tftp"
    std::uint16_t port = 0;
};

// Who is who in a capture, by IPv4 address (host byte order).
struct Cast {
    std::map<std::uint32_t, std::string> subjects;  // 198.51.100.100 -> "device"
    std::map<std::uint32_t, std::string> roles;     // 192.0.2.11 -> "primary"
    std::map<std::uint32_t, ConfigurationServer> configuration_servers{};
};

}  // namespace twinline::timeline
