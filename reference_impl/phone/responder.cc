// Responses go where RFC 3261 18.2.2 and RFC 3581 section 4 send them.
#include "reference_impl/phone/responder.hh"

#include <algorithm>
#include <array>

namespace twinline::phone {

namespace {

constexpr std::size_t most_remembered = 64;
constexpr std::string_view allowed = "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY";

constexpr std::array<std::pair<int, std::string_view>, 13> reasons{
    {{100, "Trying"},
     {180, "Ringing"},
     {200, "OK"},
     {400, "Bad Request"},
     {404, "Not Found"},
     {405, "Method Not Allowed"},
     {481, "Call/Transaction Does Not Exist"},
     {486, "Busy Here"},
     {487, "Request Terminated"},
     {488, "Not Acceptable Here"},
     {489, "Bad Event"},
     {491, "Request Pending"},
     {500, "Server Internal Error"}}};

std::string reason_of(int status) {
    const auto* found =
        std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
    return found == reasons.end() ? "Error" : std::string(found->second);
}

wire::Endpoint reply_address(const wire::Endpoint& source, wire::Via& via) {
    via.params.push_back({"received", wire::to_string(source.address)});
    const auto rport = std::ranges::find(via.params, "rport", &wire::Param::name);
    if (rport == via.params.end())
        return {source.address, via.port != 0 ? via.port : std::uint16_t{5060}};
    rport->value = std::to_string(source.port);
    return source;
}

}  // namespace

bool Responder::repeats(wire::Instant now, const Received& request) {
    std::erase_if(sent_, [now](const Sent& sent) { return sent.until <= now; });
    const auto& message = request.message;
    const auto last = std::ranges::find_if(sent_.rbegin(), sent_.rend(), [&](const Sent& sent) {
        return sent.branch == message.via.front().branch && sent.method == message.method &&
               sent.source == request.source.endpoint;
    });
    if (last == sent_.rend()) return false;
    context_.say(last->response);
    return true;
}

wire::SipMessage Responder::form(const Received& request, int status, const std::string& tag) {
    const auto& asked = request.message;
    wire::SipMessage response;
    response.status = status;
    response.reason = reason_of(status);
    response.via = asked.via;
    response.from = asked.from;
    response.to = asked.to;
    if (response.tag_of_to().empty() && status > 100)
        response.to.params.push_back({"tag", tag.empty() ? context_.token("tag") : tag});
    response.call_id = asked.call_id;
    response.cseq = asked.cseq;
    response.cseq_method = asked.cseq_method;
    response.other = {{"Allow", std::string(allowed)}, {"User-Agent", context_.config.user_agent}};
    return response;
}

void Responder::send(wire::Instant now, const Received& request, const wire::SipMessage& response,
                     const std::string& clause) {
    auto sent = response;
    auto to = reply_address(request.source.endpoint, sent.via.front());
    if (request.source.is_reliable()) to = request.source.endpoint;  // RFC 3261 18.2.2
    const auto& via = request.message.via.front();
    const auto former = std::ranges::find_if(sent_, [&](const Sent& s) {
        return s.branch == via.branch && s.method == request.message.method;
    });
    const bool again = former != sent_.end() && former->status == response.status;
    const auto ordinal = again ? former->times + 1 : 1;
    if (former != sent_.end()) sent_.erase(former);
    Transmit transmit{
        request.source.transport,
        context_.sip_endpoint(),
        to,
        wire::serialise(sent),
        {.what = "answer",
         .text = "answers " + request.message.method + " with " + std::to_string(response.status),
         .clauses = {"RFC-3581-01"},
         .keys = {{"method", request.message.method},
                  {"branch", via.branch},
                  {"cseq", std::to_string(request.message.cseq)},
                  {"status", std::to_string(response.status)},
                  {"send", std::to_string(ordinal)}}}};
    if (!clause.empty()) transmit.why.clauses.insert(transmit.why.clauses.begin(), clause);
    if (sent_.size() == most_remembered) sent_.pop_front();
    sent_.push_back({via.branch, request.message.method, request.source.endpoint, transmit,
                     now + 64 * context_.config.timers.t1, response.status, ordinal});
    context_.say(std::move(transmit));
}

void Responder::answer_outside_calls(wire::Instant now, const Received& request) {
    const auto& method = request.message.method;
    if (method == "ACK") return;
    if (method == "OPTIONS") return answer(now, request, 200);
    if (method == "BYE" || method == "CANCEL" || method == "INVITE")
        return answer(now, request, method == "INVITE" ? 404 : 481);
    answer(now, request, 405);
}

}  // namespace twinline::phone
