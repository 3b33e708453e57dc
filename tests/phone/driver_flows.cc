// Who answers a phone's keep-alives in the glass: any server that is there and not mute.
#include "reference_impl/wire/stun.hh"
#include "tests/phone/driver.hh"

namespace twinline::test {

bool PhoneBench::take_ping(const Sent& sent, std::optional<unsigned> connection) {
    const bool is_stun = !connection && wire::is_stun(sent.bytes);
    if (!is_stun && sent.bytes != "\r\n\r\n") return false;
    note("  -> keep-alive " + sent.host());
    pings_.push_back(sent);
    at(now_ + delay, [this, sent, connection] {
        const auto host = sent.host();
        if (!servers.contains(host) || mute.contains(host)) return;
        note("  <- pong " + host);
        if (connection) return input(phone::StreamReceived{*connection, "\r\n"});
        const auto request = wire::parse_stun(sent.bytes);
        if (!request) return;
        deliver_bytes(serialise(wire::StunMessage{wire::StunMessage::Kind::success,
                                                  request->transaction, mapped}),
                      sent.remote, sent.local.port);
    });
    return true;
}

}  // namespace twinline::test
