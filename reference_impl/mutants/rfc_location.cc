// Mutants that break the RFCs' rules on finding a server: 3263, 2782, 3403, and those on what the
// DNS says (1035, 1123, 2308, 6724, 7766).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/servers.hh"
#include "reference_impl/mutants/tampering.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

// What is done with each record of one type in an answer of the DNS.
template <typename Record, typename Done>
Heard hears_records(Done done) {
    return hears_dns([done](wire::DnsResponse& response, Memory&) {
        for (auto& record : response.answer)
            if (auto* data = std::get_if<Record>(&record.data)) done(*data);
    });
}

// "_sip._udp" becomes "_udp._sip".
void turn_labels(std::string& octets) {
    using namespace std::string_literals;
    const auto right = "\x04_sip\x04_udp"s, wrong = "\x04_udp\x04_sip"s;
    const auto at = octets.find(right);
    if (at != std::string::npos) octets.replace(at, right.size(), wrong);
}

void lengthen(std::vector<wire::DnsRecord>& authority) {
    for (auto& record : authority)
        if (auto* soa = std::get_if<wire::SoaRecord>(&record.data))
            record.ttl = soa->minimum = 86400;
}

}  // namespace

std::vector<Mutant> of_rfc_location() {
    using config::TransportChoice;
    return {
        {"never-asks-naptr",
         "RFC-3263-01",
         "takes UDP for granted instead of asking the DNS for the transport",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server(c, [](config::Server& server) {
                      if (server.transport == TransportChoice::by_dns)
                          server.transport = TransportChoice::udp;
                  });
              }}},
        {"takes-sctp-for-udp",
         "RFC-3263-02",
         "follows the NAPTR record of SCTP, which it does not speak",
         {.heard = {hears_records<wire::NaptrRecord>([](wire::NaptrRecord& naptr) {
              if (wire::equal_ignoring_case(naptr.service, "SIP+D2S")) naptr.service = "SIP+D2U";
          })}}},
        {"knows-srv-of-udp-only",
         "RFC-3263-03",
         "gives no heed to the SRV records of TCP and TLS where there is no NAPTR record",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              if (response.question.type == wire::DnsType::srv &&
                  response.question.name.find("._tcp.") != std::string::npos)
                  response.answer.clear();
          })}}},
        {"looks-up-dotted-addresses",
         "RFC-3263-04",
         "asks the DNS for a server that is configured by its address",
         {.rules = {.takes_dotted_addresses = false}}},
        {"looks-past-the-port",
         "RFC-3263-05",
         "asks for NAPTR and SRV records though the port is configured",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server(c, [](config::Server& server) { server.port = 0; });
              }}},
        {"needs-srv",
         "RFC-3263-06",
         "knows no server where the DNS has no SRV records",
         {.rules = {.does_without_srv = false}}},
        {"begins-another-registration-at-the-next-server",
         "RFC-3263-08",
         "sends the next server another request than the one that was not answered",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory& memory) {
                             if (is_new(m, memory) &&
                                 memory.notes["cseq"] == std::to_string(m.cseq))
                                 ++memory.counts["servers"];
                             memory.notes["cseq"] = std::to_string(m.cseq);
                             if (memory.counts["servers"] > 0) m.call_id += "-next";
                         })}}},
        {"knows-one-address-of-a-name",
         "RFC-3263-09",
         "tries only the first address of a target before it turns to the next one",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              if (response.question.type == wire::DnsType::a && response.answer.size() > 1)
                  response.answer.resize(1);
          })}}},
        {"turns-priorities-round",
         "RFC-2782-01",
         "takes the greatest priority number for the first choice",
         {.heard = {hears_records<wire::SrvRecord>([](wire::SrvRecord& srv) {
              srv.priority = static_cast<std::uint16_t>(UINT16_MAX - srv.priority);
          })}}},
        {"shares-evenly",
         "RFC-2782-02",
         "chooses among the targets of one priority without regard to their weights",
         {.heard = {hears_records<wire::SrvRecord>([](wire::SrvRecord& srv) { srv.weight = 1; })}}},
        {"takes-weight-0-for-none-given",
         "RFC-2782-03",
         "gives a target of weight 0 the weight of 100",
         {.heard = {hears_records<wire::SrvRecord>([](wire::SrvRecord& srv) {
              if (srv.weight == 0) srv.weight = 100;
          })}}},
        {"tries-the-domain-itself",
         "RFC-2782-04",
         "looks for an address where the SRV record says that the service is not there",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              std::erase_if(response.answer, [](const wire::DnsRecord& record) {
                  const auto* srv = std::get_if<wire::SrvRecord>(&record.data);
                  return srv != nullptr && srv->target.empty();
              });
          })}}},
        {"takes-the-domain-for-the-target",
         "RFC-2782-05",
         "asks for the address of the domain instead of that of the SRV target",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              const auto domain = response.question.name.find('.', 6);
              for (auto& record : response.answer)
                  if (auto* srv = std::get_if<wire::SrvRecord>(&record.data))
                      srv->target = response.question.name.substr(domain + 1);
          })}}},
        {"turns-service-and-protocol-round",
         "RFC-2782-06",
         "asks for the SRV records of _udp._sip",
         {.sent = {puts<phone::Transmit>(
              [](phone::Transmit& transmit, Memory&) { turn_labels(transmit.bytes); })}}},
        {"sorts-naptr-by-preference",
         "RFC-3403-01",
         "gives the preference of NAPTR records precedence over their order",
         {.heard = {hears_records<wire::NaptrRecord>(
              [](wire::NaptrRecord& naptr) { std::swap(naptr.order, naptr.preference); })}}},
        {"prefers-the-greater-preference",
         "RFC-3403-02",
         "takes the NAPTR record with the greatest preference number first",
         {.heard = {hears_records<wire::NaptrRecord>([](wire::NaptrRecord& naptr) {
              naptr.preference = static_cast<std::uint16_t>(UINT16_MAX - naptr.preference);
          })}}},
        {"takes-flag-s-for-an-address",
         "RFC-3403-03",
         "asks for the address of a NAPTR record's replacement where the flag says SRV",
         {.heard = {hears_records<wire::NaptrRecord>([](wire::NaptrRecord& naptr) {
              if (wire::equal_ignoring_case(naptr.flags, "s")) naptr.flags = "a";
          })}}},
        {"follows-a-record-in-error",
         "RFC-3403-04",
         "does not see that a NAPTR record has a regular expression beside its replacement",
         {.heard = {hears_records<wire::NaptrRecord>(
              [](wire::NaptrRecord& naptr) { naptr.regexp.clear(); })}}},
        {"keeps-negative-answers-for-a-day",
         "RFC-2308-01",
         "remembers for a day that there is no such record, whatever the SOA says",
         {.heard = {hears_dns(
              [](wire::DnsResponse& response, Memory&) { lengthen(response.authority); })}}},
        {"keeps-what-has-no-soa",
         "RFC-2308-02",
         "remembers for five minutes that there is no such record, though no SOA says how long",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              if (response.answer.empty() && response.authority.empty())
                  response.authority.push_back({"pbx.test", 300, wire::SoaRecord{300}});
          })}}},
        {"remembers-failed-queries",
         "RFC-2308-03",
         "asks nothing again for an hour when no name server has answered",
         {.rules = {.forgets_failed_queries = false}}},
        {"takes-ttl-0-for-none-given",
         "RFC-1035-01",
         "keeps a record with a TTL of 0 for five minutes",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              for (auto& record : response.answer)
                  if (record.ttl == 0) record.ttl = 300;
          })}}},
        {"knows-one-name-server",
         "RFC-1123-01",
         "never asks the second name server",
         {.setting =
              [](config::PhoneConfig& c) {
                  if (c.dns_servers.size() > 1) c.dns_servers.resize(1);
              }}},
        {"makes-do-with-half-an-answer",
         "RFC-7766-05",
         "uses a truncated answer as if it were whole",
         {.heard = {hears_dns(
              [](wire::DnsResponse& response, Memory&) { response.truncated = false; })}}},
        {"has-a-sorting-resolver",
         "RFC-6724-01",
         "sorts the addresses of a name, so that the order of the DNS counts for nothing",
         {.readings = {{"a-record-order", "sorted"}}}},
    };
}

}  // namespace twinline::mutants
