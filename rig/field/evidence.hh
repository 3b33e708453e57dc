// What every reader of a server's behaviour measures by, and how a piece of evidence is put down.
#pragma once

#include "rig/field/behaviour.hh"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace twinline::field {

// An answer that comes later is slow; what is not answered for so long at the end of the capture
// may yet be.
inline constexpr timeline::Duration prompt = std::chrono::milliseconds{250};
inline constexpr timeline::Duration patience = std::chrono::seconds{1};
inline constexpr const char* ping = "PING";  // as a method of Evidence

inline void add(std::vector<Evidence>& list, const timeline::Event& send, timeline::Instant known,
                std::optional<scenario::Treatment> treatment) {
    const bool request = send.kind == "sip.request";
    list.push_back({send.at, known, send.frame.value_or(0),
                    request ? std::string(send.field("method")) : "TCP", std::move(treatment),
                    send.field("transport") == "udp"});
}

inline void put_in_order(ByServer& all) {
    for (auto& [address, list] : all) std::ranges::stable_sort(list, {}, &Evidence::sent);
}

// Of servers that answer keep-alives (RFC 5626 section 3.5).
void add_pings(const timeline::Timeline& events, timeline::Instant end, ByServer& all);
// Of servers that end a connection of the phone, or that it ends one to without a word.
void add_ends(const timeline::Timeline& events, ByServer& all);

// Of servers whose calls the phone takes.
void add_answers(const timeline::Timeline& events, timeline::Instant end, ByServer& all);

}  // namespace twinline::field
