// Responses go where RFC 3261 18.2.2 and RFC 3581 section 4 send them.
#include "reference_impl/phone/server_side.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::string_view allowed = "OPTIONS";

wire::Endpoint reply_address(const wire::Endpoint& source, wire::Via& via) {
    via.params.push_back({"received", wire::to_string(source.address)});
    const auto rport = std::ranges::find(via.params, "rport", &wire::Param::name);
    if (rport == via.params.end())
        return {source.address, via.port != 0 ? via.port : std::uint16_t{5060}};
    rport->value = std::to_string(source.port);
    return source;
}

}  // namespace

void answer_request(Context& context, const wire::Endpoint& source,
                    const wire::SipMessage& request) {
    if (request.method == "ACK" || request.via.empty()) return;
    wire::SipMessage response;
    const bool known = request.method == "OPTIONS";
    response.status = known ? 200 : 405;
    response.reason = known ? "OK" : "Method Not Allowed";
    response.via = request.via;
    response.from = request.from;
    response.to = request.to;
    if (response.tag_of_to().empty()) response.to.params.push_back({"tag", context.token("tag")});
    response.call_id = request.call_id;
    response.cseq = request.cseq;
    response.cseq_method = request.cseq_method;
    response.other = {{"Allow", std::string(allowed)}, {"User-Agent", context.config.user_agent}};
    const auto to = reply_address(source, response.via.front());
    context.say(
        Transmit{wire::Transport::udp,
                 context.sip_endpoint(),
                 to,
                 wire::serialise(response),
                 {.what = "answer",
                  .text = "answers " + request.method + " with " + std::to_string(response.status),
                  .clauses = {"RFC-3581-01"},
                  .keys = {{"method", request.method},
                           {"branch", request.via.front().branch},
                           {"cseq", std::to_string(request.cseq)},
                           {"send", "1"}}}});
}

}  // namespace twinline::phone
