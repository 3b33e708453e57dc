// Downloads over HTTPS, read with the keys of the server.
#include "tests/decode/tls_wire.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;

constexpr std::string_view request_for_file = "GET /mac.cfg HTTP/1.1\r\nHost: cfg.test\r\n\r\n";
constexpr std::string_view head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

// A whole file and one that ends early, the connection closed by the client then.
std::vector<std::string> told(int version, bool has_keys) {
    TlsTalk talk({.version = version});
    talk.connect();
    talk.client_says(request_for_file);
    talk.server_says(std::string(head) + "hello");
    talk.client_says(request_for_file);
    talk.server_says(std::string(head) + "hel");
    std::vector<decode::OwnedFrame> frames;
    const auto wire = Wire(1400, 443).carry(talk.take_flights()).end();
    for (const auto& octets : wire.frames) frames.push_back(frame(octets));
    auto who = cast();
    who.configuration_servers = {{primary, {"https", 443}}};
    std::vector<std::string> lines;
    const decode::TlsKeyLog keys(has_keys ? talk.keys() : "");
    for (const auto& event : decode::decode_all(frames, who, keys)) {
        if (!event.kind.starts_with("config.")) continue;
        auto line = event.kind.substr(7);
        for (const auto* field : {"protocol", "method", "path", "status", "bytes", "outcome"})
            if (!event.field(field).empty()) line += " " + std::string(event.field(field));
        lines.push_back(line);
    }
    return lines;
}

TEST(TlsDownloads, AreReadAsWithoutTls) {
    const std::string request = "request https GET /mac.cfg";
    for (const auto version : {0x0303, 0x0304})
        EXPECT_THAT(told(version, true),
                    ElementsAre("attempt https", request, "response https /mac.cfg 200 5 complete",
                                request, "response https /mac.cfg 200 3 cut"))
            << version;
}

TEST(TlsDownloads, WithoutKeysOnlyTheConnectionIsSeen) {
    EXPECT_THAT(told(0x0304, false), ElementsAre("attempt https"));
}

}  // namespace
