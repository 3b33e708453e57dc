// The words in which a mutant says what it does to its messages. Each takes what is done, a
// function of the message and the phone's memory that gives its Fate, or nothing when it passes.
#pragma once

#include "reference_impl/mutants/defect.hh"
#include "reference_impl/wire/dns_message.hh"
#include "reference_impl/wire/sip_message.hh"

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace twinline::mutants {

using WithSip = std::function<Fate(wire::SipMessage&, Memory&)>;
using WithDns = std::function<Fate(wire::DnsResponse&, Memory&)>;
using WithPing = std::function<Fate(Memory&)>;
using WithQuestion = std::function<Fate(const wire::DnsQuestion&, Memory&)>;

namespace detail {

// A function that says nothing of the message's fate lets it pass.
template <typename Message, typename Done>
auto fated(Done done) {
    return [done](Message& message, Memory& memory) -> Fate {
        if constexpr (std::is_void_v<std::invoke_result_t<Done, Message&, Memory&>>) {
            done(message, memory);
            return passes;
        } else {
            return done(message, memory);
        }
    };
}

Sent sends(std::string_view method, WithSip done);
Sent answers(std::string_view method, WithSip done);
Heard hears(std::string_view method, WithSip done);
Heard hears_answer(std::string_view method, WithSip done);
Heard hears_dns(WithDns done);

}  // namespace detail

// A request that the phone sends, with this method ("": any).
template <typename Done>
Sent sends(std::string_view method, Done done) {
    return detail::sends(method, detail::fated<wire::SipMessage>(std::move(done)));
}
// A response that it sends to a request of this method.
template <typename Done>
Sent answers(std::string_view method, Done done) {
    return detail::answers(method, detail::fated<wire::SipMessage>(std::move(done)));
}
// A request that it hears.
template <typename Done>
Heard hears(std::string_view method, Done done) {
    return detail::hears(method, detail::fated<wire::SipMessage>(std::move(done)));
}
// A response that it hears to a request of this method.
template <typename Done>
Heard hears_answer(std::string_view method, Done done) {
    return detail::hears_answer(method, detail::fated<wire::SipMessage>(std::move(done)));
}
// What the DNS says over UDP.
template <typename Done>
Heard hears_dns(Done done) {
    return detail::hears_dns(detail::fated<wire::DnsResponse>(std::move(done)));
}
// A question that it sends to the DNS over UDP.
Sent asks_dns(WithQuestion done);

// A keep-alive that it sends, over UDP or on a connection.
Sent pings(WithPing done);

// Does the same to each record of one type in an answer of the DNS.
template <typename Data, typename Done>
void for_each_record(wire::DnsResponse& response, Done done) {
    for (auto& record : response.answer)
        if (auto* data = std::get_if<Data>(&record.data)) done(*data);
}

// Any other output or input, by its type: puts<phone::Fetch>, gets<phone::DatagramRefused>.
template <typename Kind, typename Done>
Sent puts(Done done) {
    return [done = detail::fated<Kind>(std::move(done))](phone::Output& output, Memory& memory) {
        auto* kind = std::get_if<Kind>(&output);
        return kind == nullptr ? passes : done(*kind, memory);
    };
}
template <typename Kind, typename Done>
Heard gets(Done done) {
    return [done = detail::fated<Kind>(std::move(done))](phone::Input& input, Memory& memory) {
        auto* kind = std::get_if<Kind>(&input);
        return kind == nullptr ? passes : done(*kind, memory);
    };
}

// What was first noted under this name, which is now.
inline const std::string& first(Memory& memory, std::string_view name, const std::string& now) {
    return memory.notes.try_emplace(std::string(name), now).first->second;
}
// Counts up what is told apart by `what`; the first is 1.
inline unsigned nth(Memory& memory, std::string_view what) {
    return ++memory.counts[std::string(what)];
}
// Where something went or came from, by a name.
inline void note_place(Memory& memory, std::string_view name, const wire::Endpoint& place) {
    memory.counts[std::string(name) + " address"] = place.address.value;
    memory.counts[std::string(name) + " port"] = place.port;
}
// None: nothing was noted under this name.
inline std::optional<wire::Endpoint> place_of(const Memory& memory, std::string_view name) {
    const auto address = memory.counts.find(std::string(name) + " address");
    const auto port = memory.counts.find(std::string(name) + " port");
    if (address == memory.counts.end() || port == memory.counts.end()) return std::nullopt;
    return wire::Endpoint{{address->second}, static_cast<std::uint16_t>(port->second)};
}
// That of the first message of this name, which may be the one at hand.
inline wire::Endpoint first_place(Memory& memory, std::string_view name) {
    const auto known = place_of(memory, name);
    if (!known) note_place(memory, name, memory.remote);
    return known.value_or(memory.remote);
}
// Whether this request goes out for the first time: it is no retransmission. The topmost branch
// tells.
bool is_new(const wire::SipMessage& request, Memory& memory);

wire::Header* header_of(wire::SipMessage& message, std::string_view name);
void remove_header(wire::SipMessage& message, std::string_view name);

}  // namespace twinline::mutants
