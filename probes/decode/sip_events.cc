// SIP messages as events; see sip_events.hh, and probes/timeline/event.hh for the fields.
#include "probes/decode/sip_events.hh"

#include "probes/decode/keepalive_events.hh"
#include "probes/decode/sip_scanner.hh"
#include "probes/decode/sip_values.hh"

#include <algorithm>

namespace twinline::decode {

namespace {

void add(Draft& event, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        event.add(name, value);
    }
}

void add(Draft& event, std::string_view name, std::optional<std::uint32_t> value) {
    if (value) {
        event.add(name, std::uint64_t{*value});
    }
}

// RFC 3261 7.3.1: a fold means one space.
void add_unfolded(Draft& event, std::string_view name, std::string_view value) {
    if (value.find('\r') == value.npos) {
        return add(event, name, value.substr(0, value.find_last_not_of(" \t") + 1));
    }
    std::string text;
    while (!value.empty()) {
        const std::size_t fold = std::min(value.find_first_of("\r\n"), value.size());
        const std::size_t next = std::min(value.find_first_not_of(" \t\r\n", fold), value.size());
        const std::string_view part = value.substr(0, fold);
        text.append(part.substr(0, part.find_last_not_of(" \t") + 1));
        text.append(next < value.size() ? " " : "");
        value.remove_prefix(next);
    }
    add(event, name, event.keep(text));
}

std::string_view sent_by(Draft& event, const ViaView& via) {
    if (via.port.empty()) {
        return via.host;
    }
    // One text already, unless there is white space around the colon.
    if (via.host.data() + via.host.size() + 1 == via.port.data()) {
        return {via.host.data(), via.host.size() + 1 + via.port.size()};
    }
    return event.keep(std::string(via.host).append(":").append(via.port));
}

SendTable::Message key_of(const SipView& view, int status) {
    return {view.via.branch, view.cseq_method, view.cseq, status};
}

// A 200 to REGISTER lists every binding of the address of record: the one of this phone counts (RFC
// 3261 10.2.4), and of its flows the one that was asked for (RFC 5626 4.2).
std::optional<AddressView> contact_of(const SipView& view, const SendTable::Binding* wanted) {
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
void add_tags(Draft& event, std::string_view name, const SipView& view, SipHeader header) {
    constexpr std::string_view between = ", \t\r\n";
    std::string tags;
    for (const SipHeaderLine& line : view.headers()) {
        if (line.id != header) continue;
        std::string_view rest = line.value;
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
    if (!tags.empty()) add(event, name, event.keep(tags));
}

// The parameter of the contact goes before the header (RFC 3261 10.2.1.1).
std::optional<std::uint32_t> expires_of(const SipView& view,
                                        const std::optional<AddressView>& contact) {
    return contact && contact->expires ? contact->expires : view.expires;
}

void add_malformed(Draft& event, std::string_view message, const SipFault& fault) {
    constexpr std::size_t longest_start = 80;
    event.kind = "sip.malformed";
    event.set("reason", event.keep(fault.reason));
    event.set("offset", std::uint64_t{fault.offset});
    event.set("start", message.substr(0, std::min(message.find_first_of("\r\n"), longest_start)));
}

// In the order of the names, which is how a draft takes them best.
void add_request(Draft& event, const SipView& view, std::string_view transport) {
    const auto contact = view.contact.value_or(AddressView{});
    const auto credentials = view.credentials.value_or(AuthView{});
    event.kind = "sip.request";
    event.add("auth", view.credentials ? "credentials" : "none");
    add(event, "branch", view.via.branch);
    add(event, "call_id", view.call_id);
    add(event, "contact", contact.uri);
    event.add("cseq", std::uint64_t{view.cseq});
    add(event, "expires", expires_of(view, view.contact));
    add_unfolded(event, "from_name", view.from.display);
    add(event, "from_tag", view.from.tag);
    add(event, "from_uri", view.from.uri);
    add(event, "instance", without_brackets(contact.instance));
    add(event, "method", view.method);
    add(event, "nonce", credentials.nonce);
    add_unfolded(event, "realm", credentials.realm);
    add(event, "reg_id", contact.reg_id);
    add_tags(event, "require", view, SipHeader::require);
    add(event, "route", view.route);
    if (view.via.asks_rport) event.add("rport", "yes");
    add(event, "sent_by", sent_by(event, view.via));
    event.add("size", std::uint64_t{view.message.size()});
    add_tags(event, "supported", view, SipHeader::supported);
    add(event, "to_tag", view.to.tag);
    add(event, "to_uri", view.to.uri);
    event.add("transport", transport);
    add(event, "uri", view.request_uri);
    add_unfolded(event, "user_agent", view.user_agent);
    add_unfolded(event, "username", credentials.username);
}

void add_response(Draft& event, const SipView& view, const SendTable::Binding* wanted) {
    const auto binding = contact_of(view, wanted);
    const auto contact = binding.value_or(AddressView{});
    const auto challenge = view.challenge.value_or(AuthView{});
    event.kind = "sip.response";
    add(event, "branch", view.via.branch);
    add(event, "call_id", view.call_id);
    add(event, "contact", contact.uri);
    event.add("cseq", std::uint64_t{view.cseq});
    add(event, "expires", expires_of(view, binding));
    add(event, "flow_timer", view.flow_timer);
    add(event, "from_tag", view.from.tag);
    add(event, "instance", without_brackets(contact.instance));
    add(event, "method", view.cseq_method);
    add(event, "nonce", challenge.nonce);
    add_unfolded(event, "realm", challenge.realm);
    add(event, "reason", view.reason);
    add(event, "reg_id", contact.reg_id);
    add_tags(event, "require", view, SipHeader::require);
    add(event, "retry_after", view.retry_after);
    add(event, "service_route", view.service_route);
    event.add("size", std::uint64_t{view.message.size()});
    add(event, "stale", challenge.stale);
    event.add("status", static_cast<std::uint64_t>(view.status));
    add_tags(event, "supported", view, SipHeader::supported);
    add(event, "to_tag", view.to.tag);
}

SipEvents::Glimpse glimpse_of(const SipView& view, const Payload& payload) {
    const auto key =
        SendTable::key_of(key_of(view, view.status), payload.source, payload.destination);
    const bool registers = view.method == "REGISTER" && view.contact;
    if (!registers) return {key};
    return {key, true, view.contact->uri, view.contact->reg_id};
}

bool is_on_sip_port(const Payload& payload) {
    return payload.source.port == sip_port || payload.destination.port == sip_port;
}

// `sends`: what went before, which tells of several bindings the one asked for; null: then a
// message that has several is not read.
std::optional<SipEvents::Glimpse> read_message(Draft& event, const Payload& payload,
                                               std::string_view transport, const SendTable* sends) {
    const std::string_view message = as_text(payload.octets);
    const auto view = scan_sip(message);
    if (!view) {
        add_malformed(event, message, view.error());
        return SipEvents::Glimpse{};
    }
    if (view->is_request()) {
        add_request(event, *view, transport);
        return glimpse_of(*view, payload);
    }
    const bool has_several = view->contact_count > 1;
    if (has_several && sends == nullptr) return std::nullopt;
    const auto request_key = [&] {
        return SendTable::key_of(key_of(*view, 0), payload.destination, payload.source);
    };
    add_response(event, *view, has_several ? sends->binding_of(request_key()) : nullptr);
    return glimpse_of(*view, payload);
}

}  // namespace

std::optional<SipEvents::Glimpse> SipEvents::glance(Draft& event, const Payload& payload,
                                                    std::string_view transport) {
    const std::string_view message = as_text(payload.octets);
    if (message.empty() || (!is_on_sip_port(payload) && !looks_like_sip(message)) ||
        is_keepalive(message))
        return std::nullopt;
    return read_message(event, payload, transport, nullptr);
}

void SipEvents::finish(Draft& event, const Glimpse& glimpse, const Payload& payload) {
    if (!glimpse.sent) return;
    learn(payload);
    event.set("send", sends_.count(*glimpse.sent));
    if (glimpse.registers) sends_.bind({std::string(glimpse.contact), std::string(glimpse.reg_id)});
}

bool SipEvents::read(Draft& event, const Payload& payload, std::string_view transport) {
    const std::string_view message = as_text(payload.octets);
    if (message.empty() || (!is_of_sip(payload) && !looks_like_sip(message))) {
        return false;
    }
    if (is_keepalive(message)) {
        return read_as_keepalive(event, payload, transport);
    }
    finish(event, *read_message(event, payload, transport, &sends_), payload);
    return true;
}

bool SipEvents::read_as_keepalive(Draft& event, const Payload& payload,
                                  std::string_view transport) {
    const bool read = read_keepalive(event, payload.octets, transport);
    if (const auto transaction = event.field("transaction");
        !transaction.empty() && event.kind == "keepalive.ping") {
        const SendTable::Message ping{transaction, "STUN"};
        event.set("send",
                  sends_.count(SendTable::key_of(ping, payload.source, payload.destination)));
    }
    return read;
}

bool SipEvents::is_of_sip(const Payload& payload) const {
    return is_on_sip_port(payload) || ends_.contains(payload.source) ||
           ends_.contains(payload.destination);
}

// A keep-alive does not tell what it keeps alive: on a port of its own, SIP went before.
void SipEvents::learn(const Payload& payload) {
    constexpr std::size_t most = 1024;
    if (is_on_sip_port(payload)) {
        return;
    }
    if (ends_.size() >= most) {
        ends_.clear();
    }
    ends_.insert(payload.source);
    ends_.insert(payload.destination);
}

}  // namespace twinline::decode
