// SIP messages as events; see sip_events.hh, and probes/timeline/event.hh for the fields.
#include "probes/decode/sip_events.hh"

#include "probes/decode/keepalive_events.hh"
#include "probes/decode/sip_scanner.hh"
#include "probes/decode/sip_values.hh"

#include <algorithm>

namespace twinline::decode {

namespace {

using timeline::Fields;

void add(Fields& fields, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        fields.emplace(name, value);
    }
}

void add(Fields& fields, std::string_view name, std::optional<std::uint32_t> value) {
    if (value) {
        fields.emplace(name, std::to_string(*value));
    }
}

// RFC 3261 7.3.1: a fold means one space.
void add_unfolded(Fields& fields, std::string_view name, std::string_view value) {
    std::string text;
    while (!value.empty()) {
        const std::size_t fold = std::min(value.find_first_of("\r\n"), value.size());
        const std::size_t next = std::min(value.find_first_not_of(" \t\r\n", fold), value.size());
        const std::string_view part = value.substr(0, fold);
        text.append(part.substr(0, part.find_last_not_of(" \t") + 1));
        text.append(next < value.size() ? " " : "");
        value.remove_prefix(next);
    }
    add(fields, name, text);
}

std::string sent_by(const ViaView& via) {
    std::string text(via.host);
    if (!via.port.empty()) {
        text.append(":").append(via.port);
    }
    return text;
}

SendTable::Message key_of(const SipView& view, int status) {
    return {view.via.branch, view.cseq_method, view.cseq, status};
}

// A 200 to REGISTER lists every binding of the address of record: the one of this phone counts (RFC
// 3261 10.2.4), and of its flows the one that was asked for (RFC 5626 4.2).
std::optional<AddressView> contact_of(const SipView& view, const SendTable::Sent* wanted) {
    if (view.contact_count < 2 || wanted == nullptr || wanted->contact.empty()) {
        return view.contact;
    }
    for (const SipHeaderLine& line : view.headers()) {
        if (line.id != SipHeader::contact) {
            continue;
        }
        Cursor cursor(line.value);
        do {
            AddressView contact;
            if (read_address(cursor, contact, AddressForm::any) && contact.uri == wanted->contact &&
                contact.reg_id == wanted->reg_id) {
                return contact;
            }
        } while (cursor.take_separator(','));
    }
    return view.contact;
}

// RFC 5626 section 4.1: the URN stands in <> inside the quotes.
std::string_view without_brackets(std::string_view urn) {
    const bool has_them = urn.size() >= 2 && urn.starts_with('<') && urn.ends_with('>');
    return has_them ? urn.substr(1, urn.size() - 2) : urn;
}

// Option tags in the order on the wire, whatever lines they stand in.
void add_tags(Fields& fields, std::string_view name, const SipView& view, SipHeader header) {
    constexpr std::string_view between = ", \t\r\n";
    std::string tags;
    for (const SipHeaderLine& line : view.headers()) {
        std::string_view rest = line.id == header ? line.value : std::string_view{};
        while (true) {
            rest.remove_prefix(std::min(rest.find_first_not_of(between), rest.size()));
            if (rest.empty()) {
                break;
            }
            const auto tag = rest.substr(0, rest.find_first_of(between));
            tags.append(tags.empty() ? "" : ",").append(tag);
            rest.remove_prefix(tag.size());
        }
    }
    add(fields, name, tags);
}

void add_common(Fields& fields, const SipView& view) {
    add(fields, "call_id", view.call_id);
    fields.emplace("cseq", std::to_string(view.cseq));
    add(fields, "from_tag", view.from.tag);
    add(fields, "to_tag", view.to.tag);
    add(fields, "branch", view.via.branch);
    add_tags(fields, "supported", view, SipHeader::supported);
    add_tags(fields, "require", view, SipHeader::require);
    fields.emplace("size", std::to_string(view.message.size()));
}

// The parameter of the contact goes before the header (RFC 3261 10.2.1.1).
void add_contact(Fields& fields, const SipView& view, const std::optional<AddressView>& contact) {
    if (contact) {
        add(fields, "contact", contact->uri);
        add(fields, "reg_id", contact->reg_id);
        add(fields, "instance", without_brackets(contact->instance));
    }
    add(fields, "expires", contact && contact->expires ? contact->expires : view.expires);
}

void add_malformed(timeline::Event& event, std::string_view message, const SipFault& fault) {
    constexpr std::size_t longest_start = 80;
    event.kind = "sip.malformed";
    event.fields["reason"] = fault.reason;
    event.fields["offset"] = std::to_string(fault.offset);
    event.fields["start"] =
        message.substr(0, std::min(message.find_first_of("\r\n"), longest_start));
}

}  // namespace

bool SipEvents::read(timeline::Event& event, const Payload& payload, std::string_view transport) {
    const std::string_view message = as_text(payload.octets);
    if (message.empty() || (!is_of_sip(payload) && !looks_like_sip(message))) {
        return false;
    }
    if (is_keepalive(message)) {
        const bool read = read_keepalive(event, payload.octets, transport);
        if (const auto transaction = event.field("transaction");
            !transaction.empty() && event.kind == "keepalive.ping") {
            auto& sent =
                sends_.remember({transaction, "STUN"}, payload.source, payload.destination);
            event.fields["send"] = std::to_string(++sent.times);
        }
        return read;
    }
    const auto view = scan_sip(message);
    if (!view) {
        add_malformed(event, message, view.error());
        return true;
    }
    learn(payload);
    if (view->is_request()) {
        add_request(event, *view, payload, transport);
    } else {
        add_response(event, *view, payload);
    }
    return true;
}

bool SipEvents::is_of_sip(const Payload& payload) const {
    return payload.source.port == sip_port || payload.destination.port == sip_port ||
           ends_.contains(payload.source) || ends_.contains(payload.destination);
}

// A keep-alive does not tell what it keeps alive: on a port of its own, SIP went before.
void SipEvents::learn(const Payload& payload) {
    constexpr std::size_t most = 1024;
    if (payload.source.port == sip_port || payload.destination.port == sip_port) {
        return;
    }
    if (ends_.size() >= most) {
        ends_.clear();
    }
    ends_.insert(payload.source);
    ends_.insert(payload.destination);
}

void SipEvents::add_request(timeline::Event& event, const SipView& view, const Payload& payload,
                            std::string_view transport) {
    auto& sent = sends_.remember(key_of(view, 0), payload.source, payload.destination);
    ++sent.times;
    if (view.method == "REGISTER" && view.contact) {
        sent.contact = view.contact->uri;
        sent.reg_id = view.contact->reg_id;
    }
    event.kind = "sip.request";
    Fields& fields = event.fields;
    add_common(fields, view);
    add(fields, "method", view.method);
    add(fields, "uri", view.request_uri);
    add(fields, "from_uri", view.from.uri);
    add(fields, "to_uri", view.to.uri);
    add_unfolded(fields, "from_name", view.from.display);
    add(fields, "sent_by", sent_by(view.via));
    fields.emplace("transport", transport);
    add_contact(fields, view, view.contact);
    fields.emplace("auth", view.credentials ? "credentials" : "none");
    if (view.credentials) {
        add_unfolded(fields, "username", view.credentials->username);
        add_unfolded(fields, "realm", view.credentials->realm);
        add(fields, "nonce", view.credentials->nonce);
    }
    add_unfolded(fields, "user_agent", view.user_agent);
    add(fields, "route", view.route);
    fields.emplace("send", std::to_string(sent.times));
}

void SipEvents::add_response(timeline::Event& event, const SipView& view, const Payload& payload) {
    event.kind = "sip.response";
    Fields& fields = event.fields;
    const auto* request = sends_.find(key_of(view, 0), payload.destination, payload.source);
    add_contact(fields, view, contact_of(view, request));
    add_common(fields, view);
    fields.emplace("status", std::to_string(view.status));
    add(fields, "reason", view.reason);
    add(fields, "method", view.cseq_method);
    add(fields, "retry_after", view.retry_after);
    add(fields, "flow_timer", view.flow_timer);
    if (view.challenge) {
        add_unfolded(fields, "realm", view.challenge->realm);
        add(fields, "nonce", view.challenge->nonce);
        add(fields, "stale", view.challenge->stale);
    }
    auto& sent = sends_.remember(key_of(view, view.status), payload.source, payload.destination);
    fields.emplace("send", std::to_string(++sent.times));
}

}  // namespace twinline::decode
