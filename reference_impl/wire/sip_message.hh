// A SIP message as a value (RFC 3261): what the phone reads and writes. Parsing and printing go
// through sofia-sip's message layer; the probes have a reader of their own, so that neither trusts
// the other.
#pragma once

#include "reference_impl/wire/parse_error.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::wire {

struct Param {
    std::string name;
    std::string value;  // as written, quotes included; empty for a flag

    bool operator==(const Param&) const = default;
};

struct Via {
    std::string transport;  // "UDP", "TCP", "TLS"
    std::string host;
    std::uint16_t port = 0;  // 0: none written
    std::string branch;
    std::vector<Param> params;  // the others, rport and received among them

    bool operator==(const Via&) const = default;
};

struct NameAddr {
    std::string display;        // without quotes
    std::string uri;            // "sip:1001@pbx.test"
    std::vector<Param> params;  // tag, expires, q, reg-id ...

    std::optional<std::string> param(std::string_view name) const;  // case-insensitive
    bool operator==(const NameAddr&) const = default;
};

struct Challenge {
    bool proxy = false;         // Proxy-Authenticate (407) or WWW-Authenticate (401)
    std::string scheme;         // "Digest"
    std::vector<Param> params;  // values without their quotes; escapes inside stay

    std::optional<std::string> param(std::string_view name) const;
    bool operator==(const Challenge&) const = default;
};

struct Header {
    std::string name;  // the full form where RFC 3261 knows a short one
    std::string value;

    bool operator==(const Header&) const = default;
};

struct SipMessage {
    // A request has a method and a request_uri; a response has a status of 100..699 and a reason.
    std::string method;
    std::string request_uri;
    int status = 0;
    std::string reason;

    std::vector<Via> via;  // topmost first
    NameAddr from;
    NameAddr to;
    std::string call_id;
    std::uint32_t cseq = 0;
    std::string cseq_method;
    std::optional<std::uint32_t> max_forwards;
    std::vector<NameAddr> contact;  // "*" as uri "*"
    std::optional<std::uint32_t> expires;
    std::optional<std::uint32_t> min_expires;
    std::optional<std::uint32_t> retry_after;
    std::vector<NameAddr> route;
    std::vector<NameAddr> record_route;
    std::vector<Challenge> challenges;
    std::vector<Header> other;  // every header not named above, in order, Authorization among them
    std::string content_type;
    std::string body;

    bool is_request() const { return status == 0; }
    std::string_view tag_of_from() const;
    std::string_view tag_of_to() const;
    const Header* find(std::string_view name) const;  // in `other`, case-insensitive
    bool operator==(const SipMessage&) const = default;
};

// The whole datagram (or one framed message of a stream). Refuses what RFC 3261 8.1.1 makes
// mandatory and is missing, what sofia-sip's sanity check refuses, and any malformed or repeated
// header that has a member above.
Parsed<SipMessage> parse_sip(std::string_view bytes);

// What the headers of this name in `other` list, where they have the form of Route (RFC 3261 25.1),
// as Service-Route has (RFC 3608); nothing where one of them has not.
std::vector<NameAddr> routes_in(const SipMessage& message, std::string_view name);

// With Content-Length; header order: Via, Route, Max-Forwards, From, To, Call-ID, CSeq, Contact,
// Expires, others.
std::string serialise(const SipMessage& message);
// What serialise() gives is no longer than this; it costs next to nothing.
std::size_t most_octets(const SipMessage& message);

}  // namespace twinline::wire
