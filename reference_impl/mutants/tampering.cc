// A message is read, given to what is done with it, and written anew only where it was changed.
#include "reference_impl/mutants/tampering.hh"

#include "reference_impl/mutants/dns_octets.hh"
#include "reference_impl/wire/stun.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

constexpr std::uint16_t dns_port = 53;

// The octets of a message of SIP, or none.
std::string* octets_of(phone::Output& output) {
    if (auto* datagram = std::get_if<phone::Transmit>(&output))
        return datagram->remote.port == dns_port ? nullptr : &datagram->bytes;
    auto* stream = std::get_if<phone::SendOnConnection>(&output);
    return stream == nullptr || stream->remote.port == dns_port ? nullptr : &stream->bytes;
}

std::string* octets_of(phone::Input& input) {
    if (auto* datagram = std::get_if<phone::DatagramReceived>(&input))
        return datagram->remote.port == dns_port ? nullptr : &datagram->bytes;
    auto* stream = std::get_if<phone::StreamReceived>(&input);
    return stream == nullptr ? nullptr : &stream->bytes;
}

wire::Endpoint* remote_of(phone::Output& output) {
    if (auto* datagram = std::get_if<phone::Transmit>(&output)) return &datagram->remote;
    auto* stream = std::get_if<phone::SendOnConnection>(&output);
    return stream == nullptr ? nullptr : &stream->remote;
}

// A connection's is known to whoever opened it.
wire::Endpoint* remote_of(phone::Input& input) {
    auto* datagram = std::get_if<phone::DatagramReceived>(&input);
    return datagram == nullptr ? nullptr : &datagram->remote;
}

bool is_on_connection(const phone::Output& output) {
    return std::holds_alternative<phone::SendOnConnection>(output);
}
bool is_on_connection(const phone::Input& input) {
    return std::holds_alternative<phone::StreamReceived>(input);
}

// Apart from id and question.
bool same(const wire::DnsResponse& a, const wire::DnsResponse& b) {
    return a.truncated == b.truncated && a.rcode == b.rcode && a.answer == b.answer &&
           a.authority == b.authority && a.additional == b.additional;
}

template <typename Crossing>
auto with_sip(std::string_view method, bool requests, WithSip done) {
    return [method = std::string(method), requests, done = std::move(done)](Crossing& crossing,
                                                                            Memory& memory) {
        auto* octets = octets_of(crossing);
        if (octets == nullptr) return passes;
        const auto read = wire::parse_sip(*octets);
        if (!read || read->is_request() != requests) return passes;
        const auto& its = requests ? read->method : read->cseq_method;
        if (!method.empty() && its != method) return passes;
        auto changed = *read;
        auto* remote = remote_of(crossing);
        memory.remote = remote == nullptr ? wire::Endpoint{} : *remote;
        const auto fate = done(changed, memory);
        if (!(changed == *read)) *octets = wire::serialise(changed);
        if (remote != nullptr && !is_on_connection(crossing)) *remote = memory.remote;
        return fate;
    };
}

}  // namespace

namespace detail {

Sent sends(std::string_view method, WithSip done) {
    return with_sip<phone::Output>(method, true, std::move(done));
}
Sent answers(std::string_view method, WithSip done) {
    return with_sip<phone::Output>(method, false, std::move(done));
}
Heard hears(std::string_view method, WithSip done) {
    return with_sip<phone::Input>(method, true, std::move(done));
}
Heard hears_answer(std::string_view method, WithSip done) {
    return with_sip<phone::Input>(method, false, std::move(done));
}

Heard hears_dns(WithDns done) {
    return [done = std::move(done)](phone::Input& input, Memory& memory) {
        auto* datagram = std::get_if<phone::DatagramReceived>(&input);
        if (datagram == nullptr || datagram->remote.port != dns_port) return passes;
        auto response = wire::parse_response(datagram->bytes);
        if (!response) return passes;
        const auto before = *response;
        const auto fate = done(*response, memory);
        if (!same(before, *response)) datagram->bytes = serialise_response(*response);
        return fate;
    };
}

}  // namespace detail

Sent asks_dns(WithQuestion done) {
    return [done = std::move(done)](phone::Output& output, Memory& memory) {
        auto* datagram = std::get_if<phone::Transmit>(&output);
        if (datagram == nullptr || datagram->remote.port != dns_port) return passes;
        const auto question = parse_question(datagram->bytes);
        return question ? done(*question, memory) : passes;
    };
}

Sent pings(WithPing done) {
    return [done = std::move(done)](phone::Output& output, Memory& memory) {
        const auto* octets = octets_of(output);
        if (octets == nullptr || !(wire::is_stun(*octets) || *octets == "\r\n\r\n")) return passes;
        memory.remote = *remote_of(output);
        return done(memory);
    };
}

bool is_new(const wire::SipMessage& request, Memory& memory) {
    auto& last = memory.notes["branch of " + request.method];
    const auto& branch = request.via.front().branch;
    if (last == branch) return false;
    last = branch;
    return true;
}

wire::Header* header_of(wire::SipMessage& message, std::string_view name) {
    const auto found = std::ranges::find_if(message.other, [&](const wire::Header& header) {
        return wire::equal_ignoring_case(header.name, name);
    });
    return found == message.other.end() ? nullptr : &*found;
}

void remove_header(wire::SipMessage& message, std::string_view name) {
    std::erase_if(message.other, [&](const wire::Header& header) {
        return wire::equal_ignoring_case(header.name, name);
    });
}

}  // namespace twinline::mutants
