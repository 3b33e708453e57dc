// The whole lab of one topology: network, servers and name server, ready when every probe is
// answered, and gone with this object.
#pragma once

#include "rig/scenario/proof.hh"
#include "rig/scenario/scenario.hh"
#include "rig/testbed/authority.hh"
#include "rig/testbed/callee.hh"
#include "rig/testbed/clock.hh"
#include "rig/testbed/config_server.hh"
#include "rig/testbed/crash.hh"
#include "rig/testbed/cut_off.hh"
#include "rig/testbed/detour.hh"
#include "rig/testbed/dns_server.hh"
#include "rig/testbed/dut.hh"
#include "rig/testbed/fault.hh"
#include "rig/testbed/kamailio.hh"
#include "rig/testbed/key_log.hh"
#include "rig/testbed/network.hh"
#include "rig/testbed/probe.hh"
#include "rig/testbed/standstill.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

struct Phase {
    std::string name;  // "network", "servers started" ... "probes answered"
    Duration took{};
};

class Lab {
  public:
    using Trouble = std::function<void(const std::string& what)>;

    // `fixtures` is the folder that holds kamailio/ and provisioning/. `trouble` hears of a server
    // that died. `device` is the one that will be asked for as a phone; a handset is plugged in.
    Lab(boost::asio::io_context& io, scenario::Topology topology,
        const std::filesystem::path& fixtures, Trouble trouble = {},
        const scenario::Device* device = nullptr);
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    // Proves that each server answers each probe address and the unkeyed one, and so does the name
    // server. Throws with the probe that failed.
    boost::asio::awaitable<void> ready(Duration within = std::chrono::seconds(20));

    const scenario::Topology& topology() const { return topology_; }
    Network& network() { return network_; }
    const Authority& authority() const { return authority_; }
    const KeyLog& key_log() const { return key_log_; }
    Kamailio& server(std::string_view role);
    const std::vector<std::unique_ptr<Callee>>& callees() const { return callees_; }
    DnsServer& dns(std::string_view role = "dns");
    ConfigServer& configuration(std::string_view role);
    // Of the first name server of the topology; empty: it has none.
    std::string dns_address() const;

    // The host hears neither the subject nor its probe, or is not heard, until the faults are
    // healed or destroyed, which must be before the lab is; so must a phone.
    std::vector<PacketRules> silence(
        std::string_view role, std::string_view subject,
        scenario::Treatment::Lost lost = scenario::Treatment::Lost::queries) const;
    PacketRules without_connections(std::string_view role,
                                    std::string_view subject) const;                 // likewise
    PacketRules refuse(std::string_view role, std::string_view subject) const;       // likewise
    PacketRules unreachable(std::string_view role, std::string_view subject) const;  // likewise
    // Of everybody; whoever asks while it lasts is given the same.
    std::shared_ptr<CutOff> cut_off(std::string_view role, const scenario::Treatment& treatment);
    // Of a server of SIP: another certificate than its own to who connects over TLS, likewise.
    PacketRules show_certificate(std::string_view role, std::string_view subject,
                                 const scenario::Treatment& treatment) const;
    PacketRules mute(std::string_view role,
                     std::string_view subject) const;  // keep-alives, likewise
    // The packets between the host and the subject, or its probe, meet what the treatment says of
    // the way between them; likewise.
    Detour detour(std::string_view role, std::string_view subject, scenario::Treatment treatment);
    // What a fault that is keyed by the subject cannot do by itself, since a proxy asks from its
    // own address: a server that is dead for the subject is dead for those who ask for it. One that
    // is down hears it once it has begun anew.
    boost::asio::awaitable<void> tell_proxies(Kamailio::Server server, std::string role,
                                              std::string subject);
    // The addresses by which every fault of a subject is keyed: its own and its probe's.
    std::vector<std::string> sources(std::string_view subject) const;
    // From the probe address of a subject, or from the unkeyed one ("unkeyed"). The kind of
    // question follows the host; a SIP server is asked with `method`, which may be that of STUN, a
    // configuration server for a file that is offered as long. `inquiry` asks otherwise.
    boost::asio::awaitable<ProbeResult> probe(std::string from, std::string role,
                                              Duration deadline = probe_deadline,
                                              std::string method = "OPTIONS",
                                              scenario::Inquiry inquiry = {}) const;
    // A phone for this lab; address and dns of the plan are filled in. `tell` hears what a handset
    // does beside SIP.
    std::unique_ptr<Dut> phone(DutPlan plan, Dut::Line on_json = {}, Dut::Tell tell = {});

    const std::vector<Phase>& phases() const { return phases_; }

  private:
    boost::asio::awaitable<ProbeResult> probe_names(std::string source, scenario::Host host,
                                                    Duration deadline,
                                                    scenario::Inquiry inquiry) const;
    Trust trust_of(const scenario::Host& host) const;
    boost::asio::awaitable<ProbeResult> probe_securely(std::string source, scenario::Host host,
                                                       Duration deadline) const;
    boost::asio::awaitable<ProbeResult> probe_configuration(std::string source, scenario::Host host,
                                                            Duration deadline) const;
    std::unique_ptr<Dut> handset(DutPlan plan, Dut::Tell tell);
    void mark(std::string phase);
    boost::asio::awaitable<void> await_shared_location(
        std::chrono::steady_clock::time_point deadline);
    boost::asio::awaitable<void> prove(std::string from,
                                       std::chrono::steady_clock::time_point deadline);

    boost::asio::io_context& io_;
    scenario::Topology topology_;
    Trouble trouble_;
    std::vector<Phase> phases_;
    std::chrono::steady_clock::time_point begun_;  // the current phase
    Authority authority_;
    KeyLog key_log_;
    Network network_;
    std::map<std::string, std::unique_ptr<DnsServer>, std::less<>> dns_;
    std::map<std::string, std::unique_ptr<Kamailio>, std::less<>> servers_;
    std::map<std::string, std::unique_ptr<ConfigServer>, std::less<>> configuration_;
    std::vector<std::unique_ptr<Callee>> callees_;  // where the topology has a number for them
    std::map<std::string, std::weak_ptr<CutOff>> cut_off_;  // by role, while it lasts
    unsigned detours_ = 0;                                  // so far
};

}  // namespace twinline::testbed
