// With what RFC 3581 adds to the topmost Via.
#include "rig/world/reply.hh"

namespace twinline::world {

wire::SipMessage reply_to(const wire::SipMessage& request, const wire::Endpoint& source, int status,
                          std::string reason, std::string tag) {
    wire::SipMessage response;
    response.status = status;
    response.reason = std::move(reason);
    response.via = request.via;
    for (auto& param : response.via.front().params)  // RFC 3581 section 4
        if (param.name == "rport") param.value = std::to_string(source.port);
    response.via.front().params.push_back({"received", wire::to_string(source.address)});
    response.from = request.from;
    response.to = request.to;
    if (response.tag_of_to().empty()) response.to.params.push_back({"tag", std::move(tag)});
    response.call_id = request.call_id;
    response.cseq = request.cseq;
    response.cseq_method = request.cseq_method;
    return response;
}

}  // namespace twinline::world
