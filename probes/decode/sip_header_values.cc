// Which reader a header has and where its value goes; see sip_values.hh for the readers.
#include "probes/decode/sip_values.hh"

namespace twinline::decode {

namespace {

bool read_vias(Cursor& cursor, SipView& view) {
    do {
        ViaView via;
        if (!read_via(cursor, via)) {
            return false;
        }
        if (view.via_count++ == 0) {
            view.via = via;
        }
    } while (cursor.take_separator(','));
    return true;
}

bool read_contacts(Cursor& cursor, SipView& view) {
    if (cursor.rest() == "*") {
        if (view.contact_count++ != 0) {
            return cursor.fail("* must stand alone");
        }
        view.contact.emplace().uri = cursor.rest();
        cursor.advance(1);
        return true;
    }
    do {
        if (view.contact && view.contact->uri == "*") {
            return cursor.fail("* must stand alone");
        }
        AddressView contact;
        if (!read_address(cursor, contact, AddressForm::any)) {
            return false;
        }
        if (view.contact_count++ == 0) {
            view.contact = contact;
        }
    } while (cursor.take_separator(','));
    return true;
}

bool read_routes(Cursor& cursor, std::string_view* first) {
    do {
        AddressView route;
        if (!read_address(cursor, route, AddressForm::name_addr_only)) {
            return false;
        }
        if (first != nullptr && first->empty()) {
            *first = route.uri;
        }
    } while (cursor.take_separator(','));
    return true;
}

bool read_auth_into(Cursor& cursor, std::optional<AuthView>& place) {
    AuthView auth;
    if (!read_auth(cursor, auth)) {
        return false;
    }
    if (!place) {
        place = auth;
    }
    return true;
}

bool read_number_into(Cursor& cursor, std::optional<std::uint32_t>& place, std::uint32_t limit,
                      const char* reason) {
    return cursor.expect_number(place.emplace(), limit, reason);
}

}  // namespace

bool read_value(Cursor& cursor, SipHeader header, SipView& view) {
    switch (header) {
        case SipHeader::via:
            return read_vias(cursor, view);
        case SipHeader::from:
            return read_address(cursor, view.from, AddressForm::any);
        case SipHeader::to:
            return read_address(cursor, view.to, AddressForm::any);
        case SipHeader::call_id:
            return read_call_id(cursor, view.call_id);
        case SipHeader::cseq:
            return read_cseq(cursor, view.cseq, view.cseq_method);
        case SipHeader::max_forwards:
            return read_number_into(cursor, view.max_forwards, 255, "number of 0 to 255 expected");
        case SipHeader::contact:
            return read_contacts(cursor, view);
        case SipHeader::route:
            return read_routes(cursor, &view.route);
        case SipHeader::service_route:
            return read_routes(cursor, &view.service_route);
        case SipHeader::record_route:
            return read_routes(cursor, nullptr);
        case SipHeader::expires:
            return read_number_into(cursor, view.expires, any_number, "delta-seconds expected");
        case SipHeader::min_expires:
            return read_number_into(cursor, view.min_expires, any_number, "delta-seconds expected");
        case SipHeader::retry_after:
            return read_retry_after(cursor, view.retry_after.emplace());
        case SipHeader::www_authenticate:
        case SipHeader::proxy_authenticate:
            return read_auth_into(cursor, view.challenge);
        case SipHeader::authorization:
        case SipHeader::proxy_authorization:
            return read_auth_into(cursor, view.credentials);
        case SipHeader::content_length:
            return read_number_into(cursor, view.content_length, any_number, "length expected");
        case SipHeader::content_type:
            return read_content_type(cursor, view.content_type);
        case SipHeader::date:
            return read_date(cursor);
        case SipHeader::user_agent:
            view.user_agent = cursor.rest();
            break;
        case SipHeader::flow_timer:
            return read_number_into(cursor, view.flow_timer, any_number, "seconds expected");
        case SipHeader::supported:
        case SipHeader::require:
        case SipHeader::server:
        case SipHeader::other:
        case SipHeader::count:
            break;
    }
    cursor.advance(cursor.rest().size());
    return true;
}

}  // namespace twinline::decode
