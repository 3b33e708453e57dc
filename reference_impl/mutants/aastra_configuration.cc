// Mutants that break what Aastra's 9000i guide says of configuration servers.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

using Outcome = phone::Fetched::Outcome;

// What the server could not be made to say.
bool is_failure(const phone::Fetched& fetched) {
    return fetched.outcome == Outcome::unreachable || fetched.outcome == Outcome::timeout;
}

bool is_address(const wire::DnsRecord& record) {
    return std::holds_alternative<wire::ARecord>(record.data);
}

// Every download of this protocol is asked of the server that the first was asked of.
Sent fetches_from_one_server(config::DownloadProtocol protocol) {
    return puts<phone::Fetch>([protocol](phone::Fetch& fetch, Memory& m) {
        if (fetch.protocol != protocol) return;
        const auto& address = first(m, "server", wire::to_string(fetch.remote.address));
        fetch.remote.address = *wire::parse_ipv4(address);
    });
}

}  // namespace

std::vector<Mutant> of_aastra_configuration() {
    return {
        {"last-address-first",
         "AA-CFG-01",
         "contacts the last address of the answer",
         {.heard = {hears_dns(
              [](auto& response, auto&) { std::ranges::reverse(response.answer); })}}},
        {"sorts-addresses",
         "AA-CFG-02",
         "sorts the addresses of an answer, so that rotated answers share no load",
         {.heard = {hears_dns([](auto& response, auto&) {
              if (std::ranges::all_of(response.answer, is_address))
                  std::ranges::sort(response.answer, {}, [](const auto& record) {
                      return std::get<wire::ARecord>(record.data).address;
                  });
          })}}},
        {"knows-one-address",
         "AA-CFG-03",
         "ignores all addresses of an answer but the first",
         {.heard = {hears_dns([](auto& response, auto&) {
              if (std::ranges::all_of(response.answer, is_address) && !response.answer.empty())
                  response.answer.resize(1);
          })}}},
        {"no-failover-over-ftp",
         "AA-CFG-04",
         "asks the first address again and again where the protocol is FTP",
         {.sent = {fetches_from_one_server(config::DownloadProtocol::ftp)}}},
        {"no-failover-over-tftp",
         "EXT-AA-CFG-01",
         "asks the first address again and again where the protocol is TFTP",
         {.sent = {fetches_from_one_server(config::DownloadProtocol::tftp)}}},
        {"boots-for-no-missing-file",
         "AA-CFG-05",
         "does not start SIP when the server lacks the files",
         {.sent = {sends("REGISTER",
                         [](auto&, auto& m) {
                             return m.counts["missing"] > 0 && m.counts["complete"] == 0 ? lost
                                                                                         : passes;
                         })},
          .heard = {gets<phone::Fetched>([](phone::Fetched& fetched, Memory& m) {
              if (fetched.outcome == Outcome::missing) nth(m, "missing");
              if (fetched.outcome == Outcome::complete) nth(m, "complete");
          })}}},
        {"forgets-the-redundant-server",
         "AA-CFG-06",
         "asks the dead configuration server again for each file",
         {.rules = {.keeps_redundant_server = false}}},
        {"boots-with-half-a-file",
         "AA-CFG-07",
         "takes what it has got of a file for the whole when the server dies",
         {.heard = {gets<phone::Fetched>([](phone::Fetched& fetched, Memory&) {
              const bool broke_off =
                  fetched.outcome == Outcome::cut || (is_failure(fetched) && !fetched.body.empty());
              if (broke_off) fetched.outcome = Outcome::complete;
          })}}},
        {"forgets-what-broke-off",
         "AA-CFG-08",
         "does not tell a server that died in a file from one that was dead before",
         {.heard = {gets<phone::Fetched>([](phone::Fetched& fetched, Memory&) {
              if (fetched.outcome == Outcome::cut) fetched.outcome = Outcome::unreachable;
              if (fetched.outcome != Outcome::complete) fetched.body.clear();
          })}}},
        {"checks-at-one-server",
         "AA-CFG-09",
         "asks no second server when a check-sync finds the first one dead",
         {.heard = {hears("NOTIFY", [](auto&, auto& m) { m.notes["checks"] = "yes"; }),
                    gets<phone::Fetched>([](phone::Fetched& fetched, Memory& m) {
                        if (is_failure(fetched) && m.notes.contains("checks"))
                            fetched.outcome = Outcome::missing;
                    })}}},
        {"skip-does-nothing",
         "AA-CFG-10",
         "goes on with the download when its user presses Skip",
         {.heard = {gets<phone::Skip>([](phone::Skip&, Memory&) { return lost; })}}},
        {"names-no-address",
         "AA-CFG-11",
         "says on its page Error Messages that a server failed, but not which",
         {.sent = {puts<phone::ErrorMessage>([](phone::ErrorMessage& message, Memory&) {
              message.text = "a configuration server failed";
          })}}},
    };
}

}  // namespace twinline::mutants
