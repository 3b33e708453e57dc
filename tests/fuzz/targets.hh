// What is fuzzed: one function for each reader of foreign octets. libFuzzer calls one of them
// (libfuzzer.cc), the tests all of them on the stored corpus (replay_test.cc). Beside the
// sanitizers' own checks each function says with hold() what must be true of anything that its
// reader accepts.
#pragma once

#include <array>
#include <string_view>

namespace twinline::fuzz {

void capture(std::string_view file);   // pcap and pcapng, and what the decoder makes of the frames
void sip(std::string_view datagram);   // both readers of SIP
void dns(std::string_view message);    // both readers of DNS, and the name server of the lab
void stun(std::string_view datagram);  // both readers of STUN
void tls(std::string_view talk);       // records of TLS, in the form that tls_fuzz.cc tells
void yealink(std::string_view file);   // configurations
void aastra(std::string_view file);
void audiocodes(std::string_view file);
void generic(std::string_view file);
void scenario(std::string_view file);
void topology(std::string_view file);

struct Target {
    std::string_view name;  // of its folder in corpus/
    void (*run)(std::string_view input);
};

inline constexpr std::array targets{
    Target{"capture", capture},   Target{"sip", sip},
    Target{"dns", dns},           Target{"stun", stun},
    Target{"tls", tls},           Target{"yealink", yealink},
    Target{"aastra", aastra},     Target{"audiocodes", audiocodes},
    Target{"generic", generic},   Target{"scenario", scenario},
    Target{"topology", topology},
};

// Ends the process where it does not: a fuzzer and a sanitizer keep the input then.
void hold(bool is_so, std::string_view claim);

}  // namespace twinline::fuzz
