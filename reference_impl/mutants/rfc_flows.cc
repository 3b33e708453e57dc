// Mutants that break the RFCs' rules on flows (5626), on subscriptions (6665) and on what is asked
// of the phone itself (4320), and on TFTP (1350).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

void set_param(wire::NameAddr& address, std::string_view name, const std::string& value) {
    for (auto& param : address.params)
        if (param.name == name) param.value = value;
}

void without_to_tag(wire::SipMessage& message) {
    std::erase_if(message.to.params, [](const wire::Param& param) { return param.name == "tag"; });
}

template <config::TransportChoice transport>
void keep_alive_every(config::PhoneConfig& config, std::chrono::seconds pause) {
    for (auto& account : config.accounts)
        if (!account.servers.empty() && account.servers.front().transport == transport)
            account.keep_alive = pause;
}

}  // namespace

std::vector<Mutant> of_rfc_flows() {
    using config::TransportChoice;
    using std::chrono::seconds;
    return {
        {"is-another-phone-after-each-boot",
         "RFC-5626-01",
         "takes another instance id at each boot",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory& memory) {
                             const auto boots = std::to_string(memory.counts["boots"]);
                             for (auto& contact : m.contact)
                                 set_param(contact, "+sip.instance",
                                           "\"<urn:uuid:00000000-0000-1000-8000-00000000000" +
                                               boots + ">\"");
                         })},
          .heard = {gets<phone::PowerOn>(
              [](phone::PowerOn&, Memory& memory) { ++memory.counts["boots"]; })}}},
        {"numbers-all-flows-alike",
         "RFC-5626-02",
         "gives each of its flows the reg-id 1",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& m, Memory&) {
                             for (auto& contact : m.contact) set_param(contact, "reg-id", "1");
                         })}}},
        {"heeds-no-flow-timer",
         "RFC-5626-03",
         "keeps its flows alive half as often as the server asks for",
         {.heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& m, Memory&) {
                                     if (auto* timer = header_of(m, "Flow-Timer"))
                                         timer->value = std::to_string(2 * std::stoi(timer->value));
                                 })}}},
        {"misses-no-pong",
         "RFC-5626-04",
         "goes on over a connection whose other end has stopped to answer its keep-alives",
         {.rules = {.missing_pong_fails_flow = false}}},
        {"pings-streams-as-datagrams",
         "RFC-5626-04-INTERVAL",
         "keeps its connections alive every 25 s, as is right over UDP",
         {.setting =
              [](config::PhoneConfig& c) {
                  keep_alive_every<TransportChoice::tcp>(c, seconds{25});
              }}},
        {"misses-no-stun-answer",
         "RFC-5626-05",
         "goes on over a flow on which STUN is answered no more",
         {.rules = {.missing_stun_fails_flow = false}}},
        {"pings-datagrams-as-streams",
         "RFC-5626-05-INTERVAL",
         "keeps its flows over UDP alive every 100 s, as is right over TCP",
         {.setting =
              [](config::PhoneConfig& c) {
                  keep_alive_every<TransportChoice::udp>(c, seconds{100});
              }}},
        {"never-waits-longer",
         "RFC-5626-06",
         "waits as long for a lost flow the third time as the first",
         {.rules = {.recovery_wait_grows = false}}},
        {"takes-430-for-the-last-word",
         "RFC-5626-07",
         "gives a call up when its flow has failed, though there is another one",
         {.heard = {hears_answer("INVITE",
                                 [](wire::SipMessage& m, Memory&) {
                                     if (m.status == 430) m.status = 404;
                                 })}}},
        {"refreshes-outside-its-dialog",
         "RFC-6665-01",
         "sends each refresh of a subscription as if it were a new one",
         {.sent = {sends("SUBSCRIBE", [](wire::SipMessage& m, Memory&) { without_to_tag(m); })}}},
        {"outlives-its-subscription",
         "RFC-6665-02",
         "does not see that the notifier has ended its subscription",
         {.heard = {hears("NOTIFY",
                          [](wire::SipMessage& m, Memory&) {
                              auto* state = header_of(m, "Subscription-State");
                              if (state != nullptr && state->value.starts_with("terminated"))
                                  state->value = "active;expires=120";
                          })}}},
        {"thinks-a-notify-over",
         "RFC-4320-01",
         "answers a NOTIFY 183 while it thinks it over",
         {.sent = {answers("NOTIFY",
                           [](wire::SipMessage& m, Memory&) {
                               m.status = 183;
                               m.reason = "Session Progress";
                           })}}},
        {"answers-a-notify-408",
         "RFC-4320-02",
         "answers 408 to a NOTIFY that took it too long",
         {.sent = {answers("NOTIFY",
                           [](wire::SipMessage& m, Memory&) {
                               m.status = 408;
                               m.reason = "Request Timeout";
                           })}}},
        {"asks-twice-over-tftp",
         "RFC-1350-01",
         "sends each read request twice, without waiting for an answer",
         {.sent = {puts<phone::Fetch>([](phone::Fetch& fetch, Memory&) {
              return fetch.protocol == config::DownloadProtocol::tftp ? twice : passes;
          })}}},
    };
}

}  // namespace twinline::mutants
