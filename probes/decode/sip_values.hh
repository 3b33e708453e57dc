// The values of the headers that the probe reads (RFC 3261 section 20), each from a cursor on one
// header value.
#pragma once

#include "probes/decode/sip_cursor.hh"
#include "probes/decode/sip_view.hh"

namespace twinline::decode {

// One via-parm; a comma and more may follow.
bool read_via(Cursor& cursor, ViaView& via);

enum class AddressForm {
    any,
    name_addr_only
};  // Route and Record-Route have angle brackets always

// name-addr or addr-spec with its header parameters; a comma and more may follow.
bool read_address(Cursor& cursor, AddressView& address, AddressForm form);

bool read_call_id(Cursor& cursor, std::string_view& call_id);
bool read_cseq(Cursor& cursor, std::uint32_t& number, std::string_view& method);
// delta-seconds [comment] *(SEMI retry-param).
bool read_retry_after(Cursor& cursor, std::uint32_t& seconds);
// A challenge or credentials, whole.
bool read_auth(Cursor& cursor, AuthView& auth);
bool read_content_type(Cursor& cursor, std::string_view& type);
// rfc1123-date, the only form that SIP permits.
bool read_date(Cursor& cursor);

// One whole header value, into its place in the view.
bool read_value(Cursor& cursor, SipHeader header, SipView& view);

}  // namespace twinline::decode
