// A phone in a glass: virtual time, a table of DNS answers and servers made of lambdas. When a test
// fails it prints its seed and what went back and forth as a ladder.
#pragma once

#include "reference_impl/phone/phone.hh"
#include "reference_impl/wire/sip_message.hh"
#include "tests/phone/dns_bytes.hh"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace twinline::test {

using namespace std::chrono_literals;

// A connection that the phone asked for.
struct Opened {
    wire::Duration at{};
    phone::Connect connect;

    std::string host() const { return wire::to_string(connect.remote); }
};

// A file that the phone asked for.
struct Download {
    wire::Duration at{};  // since power-on
    phone::Fetch fetch;

    std::string text() const { return wire::to_string(fetch.remote.address) + " " + fetch.path; }
};

// One datagram of the phone, or what it sent at once on a connection.
struct Sent {
    wire::Duration at{};  // since power-on
    wire::Endpoint local;
    wire::Endpoint remote;
    std::string bytes;
    phone::Decision why;
    wire::SipMessage sip;  // when it went to another port than 53
    DnsAsked dns;          // when it went to port 53

    std::string branch() const { return sip.via.front().branch; }
    std::string host() const { return wire::to_string(remote); }
    bool has_credentials() const;
};

class PhoneBench {
  public:
    using Server = std::function<std::optional<wire::SipMessage>(const wire::SipMessage&)>;
    using NameServer = std::function<std::optional<DnsReply>(const Sent&)>;
    using Readings = std::map<std::string, std::string, std::less<>>;

    explicit PhoneBench(config::PhoneConfig config, std::uint64_t seed = 1, phone::Rules rules = {},
                        Readings readings = {});
    ~PhoneBench();
    PhoneBench(const PhoneBench&) = delete;
    PhoneBench& operator=(const PhoneBench&) = delete;

    // Who answers. A server that is not here is silent; a question that is not in `dns` has no
    // name.
    std::map<std::string, Server> servers;  // "192.0.2.11:5060"
    std::map<wire::DnsQuestion, DnsReply> dns;
    std::set<std::string> refusing;  // connections; another server accepts them
    std::set<std::string> hanging;   // neither
    std::set<std::string> mute;      // a server that answers no keep-alive, though all else
    wire::Endpoint mapped{wire::Ipv4{0xC0000264}, 5060};  // the phone, as a STUN answer names it
    NameServer name_server;                               // instead of `dns`
    wire::Duration delay = 1ms;                           // from a datagram to its answer

    void power_on();
    void input(const phone::Input& input);
    void at(wire::Duration when, std::function<void()> action);
    // Lets everything happen that is due before `until`, or up to and including it.
    void run_before(wire::Duration until);
    void run_until(wire::Duration until);

    void deliver(const wire::SipMessage& message, std::string_view from);
    void deliver_bytes(std::string bytes, const wire::Endpoint& from, std::uint16_t to_port);
    void refuse(const Sent& datagram, unsigned code = 3);  // ICMP type 3 comes back

    wire::Duration now() const { return now_; }
    std::optional<wire::Duration> next_deadline() const;
    const std::vector<Sent>& sip() const { return sip_; }
    const std::vector<Sent>& queries() const { return queries_; }
    const std::vector<Sent>& pings() const { return pings_; }  // the keep-alives of its flows
    const std::vector<Opened>& opened() const { return opened_; }
    const std::vector<unsigned>& closed() const { return closed_; }
    std::vector<Sent> sip_to(std::string_view host) const;
    std::vector<std::string> asked() const;  // "SRV _sip._udp.pbx.test", in order
    std::vector<wire::Duration> times(std::string_view host) const;
    const std::vector<phone::Decision>& decisions() const { return decisions_; }
    const std::string& line_state(unsigned account = 1) { return line_states_[account]; }
    const std::string& line_server(unsigned account = 1) { return line_servers_[account]; }
    const std::string& call_state() const { return call_state_; }
    const std::string& call_notice() const { return call_notice_; }
    // Downloads: who gives what for "192.0.2.31 /common.cfg"; without it the server is silent.
    using FileServer = std::function<std::optional<phone::Fetched>(const phone::Fetch&)>;
    FileServer file_server;
    bool downloads_hang = false;  // octet by octet, without end
    const std::vector<Download>& downloads() const { return downloads_; }
    std::vector<std::string> fetched() const;  // "192.0.2.31 /common.cfg", in order
    const std::vector<unsigned>& stopped() const { return stopped_; }
    const std::vector<std::string>& error_messages() const { return error_messages_; }
    const phone::ProvisioningDisplay& provisioning() const { return provisioning_; }
    const std::string& softkeys() const { return softkeys_; }
    const std::optional<phone::MediaStart>& media() const { return media_; }
    // What is shown of "message-summary of 1001", and how often anything was.
    const std::string& shown(const std::string& subscription) { return shown_[subscription]; }
    unsigned times_shown() const { return times_shown_; }
    std::string ladder() const;

  private:
    void run(wire::Duration until, bool inclusive);
    void drain();
    void note(const std::string& text);
    void take(phone::Transmit transmit);
    void take(const phone::Connect& connect);
    bool take_provisioning(const phone::Output& output);
    void take(phone::SendOnConnection sent);
    void take_query(Sent sent, std::optional<unsigned> connection);
    void take_sip(Sent sent, std::optional<unsigned> connection);
    bool take_ping(const Sent& sent, std::optional<unsigned> connection);

    std::uint64_t seed_;
    phone::SeededOracle oracle_;
    phone::Phone phone_;
    std::uint16_t sip_port_;
    wire::Duration now_{};
    std::multimap<wire::Duration, std::function<void()>> due_;
    std::vector<Sent> sip_, queries_, pings_;
    std::vector<Opened> opened_;
    std::vector<unsigned> closed_;
    std::vector<phone::Decision> decisions_;
    std::vector<std::string> lines_;
    std::string call_state_, call_notice_, softkeys_;
    std::optional<phone::MediaStart> media_;
    std::map<std::string, std::string> shown_;
    unsigned times_shown_ = 0;
    std::vector<Download> downloads_;
    std::vector<unsigned> stopped_;
    std::vector<std::string> error_messages_;
    phone::ProvisioningDisplay provisioning_;
    std::map<unsigned, std::string> line_states_, line_servers_;
};

inline const std::string primary = "192.0.2.11:5060";
inline const std::string secondary = "192.0.2.12:5060";

// One account 1001 at `host`, one name server (192.0.2.2).
config::PhoneConfig one_account(const std::string& host, std::uint16_t port = 0);
// pbx.test: NAPTR, SRV with a.pbx.test (192.0.2.11) before b.pbx.test (192.0.2.12).
void publish_pbx(PhoneBench& bench, std::uint32_t ttl = 300);
wire::Endpoint endpoint(std::string_view text);

wire::SipMessage answer(const wire::SipMessage& request, int status);
wire::SipMessage ok(const wire::SipMessage& request, std::uint32_t expires = 3600);
wire::SipMessage challenge(const wire::SipMessage& request, const std::string& nonce,
                           const std::string& realm = "pbx.test");
// Answers 401 until the digest fits, then grants `expires`.
PhoneBench::Server registrar(std::string nonce, std::uint32_t expires = 3600,
                             std::string realm = "pbx.test");
PhoneBench::Server always(int status);
PhoneBench::Server grants(std::uint32_t expires);  // without a challenge

}  // namespace twinline::test
