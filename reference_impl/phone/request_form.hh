// What every request of the phone has in common: its topmost Via, how its decision is joined with
// the capture, and how its responses are known.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/location.hh"
#include "reference_impl/wire/sip_message.hh"

#include <string>

namespace twinline::phone {

std::string new_branch(Context& context);
std::string contact_uri(const Context& context, const config::Account& account,
                        wire::Transport transport);
// The Contact of a request or answer that makes a dialog: with "ob" its requests come over the flow
// (RFC 5626 section 4.3).
std::string dialog_contact_uri(const Context& context, const config::Account& account,
                               wire::Transport transport);
const std::string& domain_of(const config::Account& account, const config::Server& server);
// The pre-loaded route over an outbound proxy (RFC-3261-812).
wire::NameAddr route_over(const config::Server& proxy);

// Sets Via and User-Agent for a first or another server; the Via by the request's size too.
void address_to(const Context& context, const Target& target, std::string branch,
                wire::SipMessage& request);
// RFC-3261-1811: what is too large for a datagram goes over TCP, and its topmost Via says so. Asked
// whenever a request has grown.
void fit_transport(const Context& context, wire::SipMessage& request);
// How it travels, by its topmost Via.
wire::Transport transport_of(const wire::SipMessage& request);
inline bool is_reliable(const wire::SipMessage& request) {
    return transport_of(request) != wire::Transport::udp;
}
// RFC-3261-1811-UDP: a stream was tried for the sake of the size alone, so that a datagram is left
// to try where it has failed; and the same request as one.
bool may_be_datagram(const Context& context, const Target& target, wire::Transport failed);
void make_datagram(Context& context, wire::SipMessage& request);
// Sends it as its Via says; `send` is the ordinal of this transmission, from 1.
void transmit(Context& context, const Target& target, const wire::SipMessage& request,
              unsigned send, Decision why);
// The ACK of a final answer that refuses (RFC 3261 17.1.1.3): branch and Via of the INVITE, the To
// of the response.
wire::SipMessage ack_of(const wire::SipMessage& invite, const wire::SipMessage& response);
// RFC-3261-1812: by top Via and CSeq method; what carries the Via of somebody else below its own is
// not ours (8.1.3.3).
bool is_answer(const Context& context, const wire::SipMessage& response,
               const wire::SipMessage& request);

}  // namespace twinline::phone
