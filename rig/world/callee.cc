// RFC 3261 section 13.3 as far as a caller can tell from outside; a call that is taken back while
// it rings is the one thing it cannot do.
#include "rig/world/callee.hh"

#include "reference_impl/wire/sdp.hh"
#include "rig/world/reply.hh"

namespace twinline::world {

namespace {

constexpr std::chrono::milliseconds rings_after{20};
constexpr std::chrono::milliseconds picks_up_after{500};
constexpr std::uint16_t media_port = 4000;

}  // namespace

std::string session_at(const wire::Endpoint& server) {
    wire::SessionDescription sdp;
    sdp.session = sdp.version = 1;
    sdp.address = server.address;
    sdp.audio_port = media_port;
    sdp.formats = {{0, wire::Encoding::pcmu}};
    return wire::serialise(sdp);
}

std::vector<Callee::Reply> Callee::pick_up(wire::SipMessage response) const {
    response.contact = {{"", "sip:" + number_ + "@" + wire::to_string(server_), {}}};
    auto trying = response;
    trying.status = 100;
    trying.reason = "Trying";
    auto ringing = response;
    ringing.status = 180;
    ringing.reason = "Ringing";
    response.content_type = "application/sdp";
    response.body = session_at(server_);
    return {{{}, trying}, {rings_after, ringing}, {picks_up_after, response}};
}

std::vector<Callee::Reply> Callee::answer(const wire::Endpoint& source,
                                          const wire::SipMessage& request) {
    if (request.method == "ACK") return {};
    const bool known = request.request_uri.starts_with("sip:" + number_ + "@");
    if (!known) return {{{}, reply_to(request, source, 404, "Not Found", "callee")}};
    auto response = reply_to(request, source, 200, "OK", "callee-" + request.call_id);
    if (request.method == "INVITE") return pick_up(std::move(response));
    if (request.method == "BYE" || request.method == "CANCEL") return {{{}, std::move(response)}};
    response.status = 405;
    response.reason = "Method Not Allowed";
    return {{{}, std::move(response)}};
}

}  // namespace twinline::world
