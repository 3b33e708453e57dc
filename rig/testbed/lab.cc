// Servers are started together and then awaited together, so that the lab is ready as soon as the
// slowest of them.
#include "rig/testbed/lab.hh"

#include "rig/scenario/handset.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/kamailio_files.hh"
#include "rig/testbed/outer.hh"
#include "rig/testbed/probe_file.hh"
#include "rig/testbed/probe_tls.hh"
#include "rig/testbed/soft_phone.hh"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::string_view unkeyed = "unkeyed";

const std::string& probe_address(const scenario::Topology& topology, std::string_view from) {
    if (from == unkeyed) return topology.unkeyed_probe;
    const auto found = topology.subjects.find(from);
    if (found == topology.subjects.end()) {
        throw std::out_of_range(fmt::format("no subject {}", from));
    }
    return found->second.probe;
}

const scenario::Host& host_of(const scenario::Topology& topology, std::string_view role) {
    const auto* host = topology.find(role);
    if (host == nullptr) throw std::out_of_range(fmt::format("no host {}", role));
    return *host;
}

std::optional<Plug> plug_of(const scenario::Device* device) {
    if (device == nullptr || !device->handset) return std::nullopt;
    return Plug{device->handset->interface, "device"};
}

// A vendor's service as the handset finds it by its name: with us.
std::string zone_of_sink(const std::string& name) {
    return fmt::format(
        "$ORIGIN {}.\n$TTL 60\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\n"
        "@ IN A {}\nns IN A {}\n",
        name, scenario::services_address, scenario::services_address);
}

}  // namespace

Lab::Lab(boost::asio::io_context& io, scenario::Topology topology,
         const std::filesystem::path& fixtures, Trouble trouble, const scenario::Device* device)
    : io_(io),
      topology_(std::move(topology)),
      trouble_(trouble),
      begun_(Clock::now()),
      authority_(work_area() / "ca"),
      key_log_(work_area() / "keys.log"),
      network_(topology_, plug_of(device)) {
    mark("network");
    for (const auto& host : topology_.hosts) {
        if (host.runs != scenario::HostRuns::kamailio && host.runs != scenario::HostRuns::proxy)
            continue;
        servers_.emplace(
            host.role,
            std::make_unique<Kamailio>(io_, topology_, host, network_.host(host.role), authority_,
                                       key_log_, fixtures / "kamailio" / "registrar.cfg", trouble));
    }
    for (const auto& host : topology_.hosts) {
        if (topology_.callee.empty() || host.runs != scenario::HostRuns::kamailio) continue;
        for (const auto& [subject, addresses] : topology_.subjects)
            callees_.push_back(std::make_unique<Callee>(io_, network_.host(host.role), topology_,
                                                        host, subject, trouble));
    }
    for (const auto& host : topology_.hosts) {
        if (host.runs != scenario::HostRuns::configuration) continue;
        configuration_.emplace(host.role,
                               ConfigServer::start({io_, topology_, host, network_.host(host.role),
                                                    authority_, key_log_, fixtures, trouble}));
    }
    mark("servers started");
    for (const auto& host : topology_.hosts) {
        if (host.runs != scenario::HostRuns::dns) continue;
        dns_.emplace(host.role,
                     std::make_unique<DnsServer>(io_, network_.host(host.role), host.address,
                                                 dns::NameServer(topology_)));
        if (device == nullptr || !device->handset) continue;
        for (const auto& name : device->handset->call_home)
            dns_.at(host.role)->names().add_zone(zone_of_sink(name));
    }
    mark("name servers started");
}

void Lab::mark(std::string phase) {
    const auto now = Clock::now();
    phases_.push_back({std::move(phase), now - std::exchange(begun_, now)});
}

boost::asio::awaitable<void> Lab::ready(Duration within) {
    const auto deadline = Clock::now() + within;
    begun_ = Clock::now();
    for (auto& [role, server] : servers_) co_await server->ready(deadline - Clock::now());
    for (auto& callee : callees_) co_await callee->ready(deadline - Clock::now());
    co_await await_shared_location(deadline);
    mark("servers ready");
    co_await prove(std::string(unkeyed), deadline);
    for (const auto& [subject, own] : topology_.subjects) co_await prove(subject, deadline);
    mark("probes answered");
}

// Each registrar knows all others, and tells them what it learns.
boost::asio::awaitable<void> Lab::await_shared_location(Clock::time_point deadline) {
    if (!topology_.shares_location) co_return;
    boost::asio::steady_timer pause(io_);
    for (const auto& host : topology_.hosts) {
        if (host.runs != scenario::HostRuns::kamailio) continue;
        std::vector<std::string> others;
        for (const auto& other : topology_.hosts)
            if (other.runs == scenario::HostRuns::kamailio && other.role != host.role)
                others.push_back(other.address);
        while (!co_await server(host.role).shares_with(others)) {
            if (Clock::now() >= deadline)
                throw std::runtime_error(host.role +
                                         " does not share its location with the other registrars");
            pause.expires_after(20ms);
            co_await pause.async_wait(boost::asio::use_awaitable);
        }
    }
}

boost::asio::awaitable<void> Lab::prove(std::string from, Clock::time_point deadline) {
    for (const auto& host : topology_.hosts) {
        ProbeResult result;
        do {
            if (result.refused) {  // which is said at once, of a server that is not up yet
                boost::asio::steady_timer pause(io_, 10ms);
                co_await pause.async_wait(boost::asio::use_awaitable);
            }
            result = co_await probe(from, host.role);
        } while (!result.answered && Clock::now() < deadline);
        if (result.answered) continue;
        throw std::runtime_error(fmt::format("{} does not answer the {} probe ({})", host.role,
                                             from, probe_address(topology_, from)));
    }
}

Kamailio& Lab::server(std::string_view role) {
    const auto found = servers_.find(role);
    if (found == servers_.end()) throw std::out_of_range(fmt::format("no server {}", role));
    return *found->second;
}

ConfigServer& Lab::configuration(std::string_view role) {
    const auto found = configuration_.find(role);
    if (found == configuration_.end())
        throw std::out_of_range(fmt::format("no configuration server {}", role));
    return *found->second;
}

DnsServer& Lab::dns(std::string_view role) {
    const auto found = dns_.find(role);
    if (found == dns_.end()) throw std::out_of_range(fmt::format("no name server {}", role));
    return *found->second;
}

std::string Lab::dns_address() const {
    for (const auto& host : topology_.hosts) {
        if (host.runs == scenario::HostRuns::dns) return host.address;
    }
    return {};
}

std::vector<std::string> Lab::sources(std::string_view subject) const {
    const auto found = topology_.subjects.find(subject);
    if (found == topology_.subjects.end()) {
        throw std::out_of_range(fmt::format("no subject {}", subject));
    }
    return {found->second.phone, found->second.probe};
}

boost::asio::awaitable<void> Lab::tell_proxies(Kamailio::Server server, std::string role,
                                               std::string subject) {
    const auto& phone = topology_.subjects.at(subject).phone;
    for (const auto& host : topology_.hosts)
        if (host.runs == scenario::HostRuns::proxy && !servers_.at(host.role)->is_down())
            co_await servers_.at(host.role)->believe(server, phone,
                                                     host_of(topology_, role).address);
}

std::vector<PacketRules> Lab::silence(std::string_view role, std::string_view subject,
                                      scenario::Treatment::Lost lost) const {
    using Lost = scenario::Treatment::Lost;
    std::vector<PacketRules> rules;
    // What it no longer hears it does not answer while the other rule is still on its way.
    if (lost != Lost::answers)
        rules.push_back(testbed::silence(network_.host(role), sources(subject)));
    if (lost != Lost::queries)
        rules.push_back(loss_of_answers(network_.router(), host_of(topology_, role).address,
                                        sources(subject), probe_address(topology_, subject)));
    return rules;
}

PacketRules Lab::without_connections(std::string_view role, std::string_view subject) const {
    return no_connections(network_.host(role), sources(subject));
}

PacketRules Lab::refuse(std::string_view role, std::string_view subject) const {
    return testbed::refusal(network_.host(role), sources(subject));
}

PacketRules Lab::unreachable(std::string_view role, std::string_view subject) const {
    return no_way(network_.router(), host_of(topology_, role).address, sources(subject));
}

std::shared_ptr<CutOff> Lab::cut_off(std::string_view role, const scenario::Treatment& treatment) {
    auto& known = cut_off_[std::string(role)];
    if (auto lasting = known.lock()) return lasting;
    const auto loss =
        treatment.kind == scenario::Treatment::Kind::link_down ? Loss::of_link : Loss::of_address;
    auto made = std::make_shared<CutOff>(network_.host(role), network_.router(),
                                         host_of(topology_, role).address, loss);
    known = made;
    return made;
}

PacketRules Lab::mute(std::string_view role, std::string_view subject) const {
    return testbed::muting(network_.host(role), sources(subject), host_of(topology_, role).port);
}

Detour Lab::detour(std::string_view role, std::string_view subject, scenario::Treatment treatment) {
    return {io_,
            {network_.router(), host_of(topology_, role).address, sources(subject),
             std::move(treatment), std::string(router_to_phones), std::string(router_to_servers),
             ++detours_}};
}

PacketRules Lab::show_certificate(std::string_view role, std::string_view subject,
                                  const scenario::Treatment& treatment) const {
    const auto ports = tls_ports_of(host_of(topology_, role));
    return detour_of_connections(network_.host(role), sources(subject), ports.own,
                                 treatment.expired ? ports.expired : ports.foreign);
}

boost::asio::awaitable<ProbeResult> Lab::probe(std::string from, std::string role,
                                               Duration deadline, std::string method,
                                               scenario::Inquiry inquiry) const {
    constexpr std::uint16_t sip_port = 5060;
    const auto& host = host_of(topology_, role);
    const auto& source = probe_address(topology_, from);
    const auto sending =
        inquiry.asks == scenario::Inquiry::Asks::once ? Sending::once : Sending::again;
    if (inquiry.asks == scenario::Inquiry::Asks::outward)
        co_return co_await probe_sip(network_.host(role), host.address, source, sip_port, deadline);
    if (host.runs == scenario::HostRuns::dns)
        co_return co_await probe_names(source, host, deadline + inquiry.longer, inquiry);
    if (host.runs == scenario::HostRuns::configuration)
        co_return co_await probe_configuration(source, host, deadline + inquiry.longer);
    if (inquiry.asks == scenario::Inquiry::Asks::over_tls)
        co_return co_await probe_securely(source, host, deadline);
    if (method == stun_binding)
        co_return co_await probe_stun(network_.probes(), source, host.address, host.port, deadline);
    co_return co_await probe_sip(network_.probes(), source, host.address, host.port,
                                 deadline + inquiry.longer, std::move(method), sending);
}

Trust Lab::trust_of(const scenario::Host& host) const {
    return {host.role + '.' + topology_.domain, authority_.file()};
}

boost::asio::awaitable<ProbeResult> Lab::probe_securely(std::string source, scenario::Host host,
                                                        Duration deadline) const {
    SecureQuestion question{std::move(source), host.address, tls_ports_of(host).own,
                            trust_of(host)};
    co_return co_await probe_sip_over_tls(network_.probes(), std::move(question), deadline);
}

boost::asio::awaitable<ProbeResult> Lab::probe_names(std::string source, scenario::Host host,
                                                     Duration deadline,
                                                     scenario::Inquiry inquiry) const {
    using Asks = scenario::Inquiry::Asks;
    ZoneQuestion question{topology_.domain};
    if (inquiry.asks == Asks::several)
        if (const auto several = dns::several_in(topology_.zone))
            question = {several->name, several->type};
    if (inquiry.asks == Asks::over_tcp)
        co_return co_await probe_dns_over_tcp(network_.probes(), std::move(source), host.address,
                                              std::move(question), deadline);
    co_return co_await probe_dns(network_.probes(), std::move(source), host.address,
                                 std::move(question), deadline,
                                 inquiry.asks == Asks::once ? Sending::once : Sending::again);
}

boost::asio::awaitable<ProbeResult> Lab::probe_configuration(std::string source,
                                                             scenario::Host host,
                                                             Duration deadline) const {
    static unsigned count = 0;
    FileQuestion question{
        topology_.configuration.protocol,           std::move(source), host.address, host.port,
        fmt::format("{}{}", probe_prefix, ++count), trust_of(host)};
    auto& server = *configuration_.at(host.role);
    const auto file = question.file;
    server.offer(file);
    auto result = co_await probe_file(network_.probes(), std::move(question), deadline);
    server.withdraw(file);
    co_return result;
}

std::unique_ptr<Dut> Lab::phone(DutPlan plan, Dut::Line on_json, Dut::Tell tell) {
    const auto found = topology_.subjects.find(plan.subject);
    if (found == topology_.subjects.end()) throw std::out_of_range("no subject " + plan.subject);
    plan.address = found->second.phone;
    plan.dns = dns_address();
    plan.ca_file = authority_.file();
    if (plan.device.handset) return handset(std::move(plan), std::move(tell));
    const auto& netns = network_.subject(plan.subject);
    return std::make_unique<SoftPhone>(io_, netns, std::move(plan), std::move(on_json));
}

std::unique_ptr<Dut> Lab::handset(DutPlan plan, Dut::Tell tell) {
    std::vector<std::string> names;
    for (const auto& server : plan.config.dns_servers) names.push_back(wire::to_string(server));
    if (names.empty() && !plan.dns.empty()) names.push_back(plan.dns);
    auto notify = [this, phone = plan.address](std::string event) -> boost::asio::awaitable<void> {
        co_await servers_.begin()->second->notify(phone, std::move(event));
    };
    std::function<void(const HandsetTexts&)> serve;
    if (topology_.has_configuration_servers())
        serve = [this, phone = plan.address](const HandsetTexts& texts) {
            for (auto& [role, server] : configuration_) server->add(phone, texts);
        };
    return std::make_unique<HandsetPhone>(
        io_,
        HandsetWire{network_.services(), authority_, "198.51.100.1", std::move(names),
                    std::move(notify), trouble_, std::move(serve)},
        std::move(plan), std::move(tell));
}

}  // namespace twinline::testbed
