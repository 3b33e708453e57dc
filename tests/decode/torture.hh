// Odd messages beside those of RFC 4475 (rfc4475.hh): what a strict reader must accept
// however strange it looks, and what it must refuse however harmless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace twinline::test {

struct GoodMessage {
    const char* what;
    std::string bytes;
    std::string_view method;  // of the CSeq
    int status;
    std::string_view call_id;
    std::uint32_t cseq;
    std::string_view branch;
    bool sofia_agrees;  // false: sofia-sip's message layer refuses it or reads it otherwise
};

struct BadMessage {
    const char* what;
    std::string bytes;
    std::string_view reason;
    std::string_view at;   // the fault lies where this text first stands ...
    std::size_t plus = 0;  // ... so many octets further
};

std::span<const GoodMessage> good_messages();
std::span<const BadMessage> bad_messages();

}  // namespace twinline::test
