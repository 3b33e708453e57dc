// Mutants that break RFC 3261's rules on transactions, next hops and what ends them.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

std::vector<Mutant> of_rfc_transactions() {
    using std::chrono::milliseconds, std::chrono::seconds;
    return {
        {"is-in-a-hurry",
         "RFC-3261-T1",
         "repeats its requests after a tenth of a second and not after T1",
         {.setting = [](config::PhoneConfig& c) { c.timers.t1 = milliseconds{100}; }}},
        {"dials-four-times",
         "RFC-3261-A",
         "repeats an unanswered INVITE three times only",
         {.sent = {sends("INVITE",
                         [](wire::SipMessage& m, Memory& memory) {
                             return nth(memory, m.via.front().branch) > 4 ? lost : passes;
                         })}}},
        {"never-gives-an-invite-up",
         "RFC-3261-B",
         "repeats an unanswered INVITE for ever",
         {.rules = {.invites_time_out = false}}},
        {"repeats-while-it-rings",
         "RFC-3261-B2",
         "repeats an INVITE though the other phone rings",
         {.heard = {hears_answer(
              "INVITE",
              [](wire::SipMessage& m, Memory&) { return m.status < 200 ? lost : passes; })}}},
        {"acknowledges-a-refusal-once",
         "RFC-3261-D",
         "does not acknowledge the repeats of a refused call's answer",
         {.sent = {sends("ACK",
                         [](wire::SipMessage& m, Memory& memory) {
                             return nth(memory, m.via.front().branch) > 1 ? lost : passes;
                         })}}},
        {"forgets-a-refused-call",
         "RFC-3261-D-WAIT",
         "acknowledges the repeats of a refused call's answer for five seconds only",
         {.sent = {sends(
              "ACK",
              [](wire::SipMessage& m, Memory& memory) {
                  const auto second =
                      std::chrono::duration_cast<seconds>(memory.now.time_since_epoch()).count();
                  auto& until = memory.notes["until " + m.via.front().branch];
                  if (until.empty()) until = std::to_string(second + 5);
                  return second > std::stol(until) ? lost : passes;
              })}}},
        {"never-gives-a-request-up",
         "RFC-3261-F",
         "repeats an unanswered REGISTER for ever",
         {.rules = {.requests_time_out = false}}},
        {"starts-at-each-repeat",
         "RFC-3261-K",
         "registers anew when the answer to its REGISTER comes once more",
         {.rules = {.absorbs_repeats = false}}},
        {"repeats-over-tcp",
         "RFC-3261-TCP",
         "sends each request twice over a stream too",
         {.sent = {puts<phone::SendOnConnection>(
              [](phone::SendOnConnection&, Memory&) { return twice; })}}},
        {"dials-again-by-itself",
         "RFC-3261-8131",
         "begins a call that nobody answered anew, again and again",
         {.rules = {.time_out_counts_as_408 = false}}},
        {"goes-past-its-outbound-proxy",
         "RFC-3261-812",
         "sends its requests to the registrar, past the outbound proxy that is configured",
         {.setting =
              [](config::PhoneConfig& c) {
                  for (auto& account : c.accounts) account.outbound_proxies.clear();
              }}},
        {"sends-large-datagrams",
         "RFC-3261-1811",
         "sends what is larger than 1300 octets over UDP all the same",
         {.rules = {.large_requests_over_tcp = false}}},
        {"insists-on-a-stream",
         "RFC-3261-1811-UDP",
         "does not try a datagram where the connection for a large request is refused",
         {.rules = {.datagram_where_tcp_fails = false}}},
        {"takes-no-service-route",
         "RFC-3608-01",
         "sends its calls without the route that its registrar has told",
         {.rules = {.follows_service_route = false}}},
        {"keeps-the-first-service-route",
         "RFC-3608-01",
         "sends its calls over the route that its first registrar told, also at another one",
         {.rules = {.service_route_of_each = false}}},
        {"asks-for-no-rport",
         "RFC-3581-01",
         "wants its answers at the port in its Via, by RFC 3261 alone",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory&) { m.via.front().params.clear(); })}}},
        {"is-deaf-to-icmp",
         "RFC-3261-1714",
         "takes no notice of ICMP errors",
         {.heard = {gets<phone::DatagramRefused>(
              [](phone::DatagramRefused&, Memory&) { return lost; })}}},
        {"takes-any-answer-for-the-last-request",
         "RFC-3261-1812",
         "does not look at the branch of an answer",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory& memory) {
                             memory.notes["last"] = m.via.front().branch;
                         })},
          .heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& m, Memory& memory) {
                                     m.via.front().branch = memory.notes["last"];
                                 })}}},
        {"never-acknowledges-an-answer",
         "RFC-3261-2xx",
         "sends no ACK when a call is answered",
         {.sent = {sends("ACK",
                         [](wire::SipMessage&, Memory& memory) {
                             return memory.counts["answered"] > 0 ? lost : passes;
                         })},
          .heard = {hears_answer("INVITE",
                                 [](wire::SipMessage& m, Memory& memory) {
                                     memory.counts["answered"] = m.status / 100 == 2 ? 1 : 0;
                                 })}}},
        {"cancels-unheard",
         "RFC-3261-09",
         "sends CANCEL though the INVITE has not been answered at all",
         {.rules = {.cancel_waits = false}}},
        {"lets-a-call-ring-that-was-taken-back",
         "RFC-3261-92",
         "does not hear the CANCEL of a call that rings",
         {.heard = {hears("CANCEL", [](wire::SipMessage&, Memory&) { return lost; })}}},
        {"trusts-every-certificate",
         "RFC-5922-73",
         "speaks over TLS to whoever answers",
         {.setting = [](config::PhoneConfig& c) { c.checks_certificates = false; }}},
        {"trusts-its-registrar-only",
         "RFC-3261-82",
         "refuses a call that comes by a server at which it is not registered",
         {.rules = {.takes_calls_of_any_server = false}}},
        {"answers-a-call-once",
         "RFC-3261-13314",
         "does not send its answer to a call again though no ACK comes",
         {.sent = {answers("INVITE",
                           [](wire::SipMessage& m, Memory& memory) {
                               return m.status == 200 && nth(memory, m.call_id) > 1 ? lost : passes;
                           })}}},
    };
}

}  // namespace twinline::mutants
