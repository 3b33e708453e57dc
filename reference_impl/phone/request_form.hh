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

// Sets Via and User-Agent for a first or another server.
void address_to(const Context& context, const Target& target, std::string branch,
                wire::SipMessage& request);
// Sends it; `send` is the ordinal of this transmission, from 1.
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
