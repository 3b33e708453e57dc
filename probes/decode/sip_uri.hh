// Whether a text is a URI that SIP permits in a given place (RFC 3261 19.1.1 and section 25.1).
#pragma once

#include "probes/decode/sip_cursor.hh"

namespace twinline::decode {

enum class UriPlace { request_line, header };

// `uri` is a part of the cursor's text; the fault, if any, is the cursor's.
bool check_uri(Cursor& cursor, std::string_view uri, UriPlace place);

}  // namespace twinline::decode
