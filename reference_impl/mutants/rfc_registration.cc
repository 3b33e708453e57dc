// Mutants that break RFC 3261's rules on registrations, dialogs and the answers of servers.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

// The server whose address stands in a URI without a name.
std::optional<wire::Endpoint> endpoint_in(std::string_view uri) {
    uri.remove_prefix(std::min(uri.find('@') + 1, uri.size()));
    const auto host = uri.substr(0, uri.find_first_of(":;>"));
    const auto address = wire::parse_ipv4(host);
    return address ? std::optional(wire::Endpoint{*address, 5060}) : std::nullopt;
}

bool is_bye(std::string_view octets) { return octets.starts_with("BYE "); }

}  // namespace

std::vector<Mutant> of_rfc_registration() {
    using std::chrono::seconds;
    return {
        {"acknowledges-elsewhere",
         "RFC-3263-10",
         "acknowledges a refused call to the server at which it is registered",
         {.sent = {puts<phone::Transmit>([](phone::Transmit& transmit, Memory& memory) {
              auto& home = memory.counts["home"];
              if (transmit.bytes.starts_with("REGISTER ")) home = transmit.remote.address.value;
              if (transmit.bytes.starts_with("ACK ") && home != 0)
                  transmit.remote.address.value = home;
          })}}},
        {"keeps-its-cseq",
         "RFC-3261-102",
         "sends each REGISTER with the same sequence number",
         {.sent = {sends("REGISTER", [](wire::SipMessage& m, Memory&) { m.cseq = 1; })}}},
        {"changes-its-call-id",
         "RFC-3261-102-CALLID",
         "sends each REGISTER with a Call-ID of its own",
         {.sent = {sends("REGISTER", [](wire::SipMessage& m,
                                        Memory&) { m.call_id += std::to_string(m.cseq); })}}},
        {"registers-at-its-user",
         "RFC-3261-102-URI",
         "sends its REGISTER to its user and not to the domain",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory&) { m.request_uri = m.to.uri; })}}},
        {"leaves-its-binding-behind",
         "RFC-3261-1022",
         "ends its registration for a contact that it never had",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory&) {
                             if (m.expires == 0U)
                                 for (auto& contact : m.contact) contact.uri += ";gone";
                         })}}},
        {"trusts-what-it-asked-for",
         "RFC-3261-1024",
         "believes that it is registered for as long as it asked for",
         {.heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& m, Memory&) {
                                     m.expires.reset();
                                     for (auto& contact : m.contact) contact.params.clear();
                                 })}}},
        {"tries-again-at-once",
         "RFC-3261-1027",
         "registers anew as soon as a REGISTER has timed out",
         {.setting =
              [](config::PhoneConfig& c) {
                  for (auto& account : c.accounts) account.registration.after_timeout = seconds{0};
              }}},
        {"takes-423-for-a-refusal",
         "RFC-3261-1028",
         "does not ask for longer when its registration is too brief",
         {.heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& m, Memory&) {
                                     if (m.status == 423) m.status = 400;
                                 })}}},
        {"knows-no-retry-after",
         "RFC-3261-2154",
         "gives an overloaded server no rest",
         {.heard = {hears_answer("",
                                 [](wire::SipMessage& m, Memory&) { m.retry_after.reset(); })}}},
        {"leaves-a-failing-server",
         "RFC-3261-5xx",
         "turns to the next server when one says 500",
         {.readings = {{"register-5xx", "next-at-once"}, {"invite-5xx", "next-at-once"}}}},
        {"hangs-up-past-the-proxy",
         "RFC-3261-1221",
         "sends the BYE straight to the other phone, past the route of the call",
         {.sent = {puts<phone::Transmit>([](phone::Transmit& transmit, Memory&) {
              if (!is_bye(transmit.bytes)) return;
              const auto bye = wire::parse_sip(transmit.bytes);
              if (!bye) return;
              if (const auto target = endpoint_in(bye->request_uri)) transmit.remote = *target;
          })}}},
        {"keeps-a-dead-call",
         "RFC-3261-1222",
         "does not end a call whose server is gone",
         {.sent = {sends("BYE",
                         [](wire::SipMessage&, Memory& memory) {
                             return memory.counts["dead"] > 0 ? lost : passes;
                         }),
                   sends("INVITE",
                         [](wire::SipMessage& m, Memory& memory) {
                             if (!m.tag_of_to().empty()) memory.counts["dead"] = 1;
                         })},
          .heard = {hears_answer(
              "INVITE", [](wire::SipMessage&, Memory& memory) { memory.counts["dead"] = 0; })}}},
    };
}

}  // namespace twinline::mutants
