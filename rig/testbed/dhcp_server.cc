// Options are forced: a handset that does not ask for one may still want it.
#include "rig/testbed/dhcp_server.hh"

#include "rig/testbed/outer.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace twinline::testbed {

std::vector<std::string> dnsmasq_arguments(const DhcpPlan& plan) {
    std::vector<std::string> arguments{
        "--no-daemon", "--user=root", "--group=root", "--port=0", "--conf-file=/dev/null",
        "--pid-file=", "--leasefile-ro", "--no-ping", "--log-dhcp", "--bind-interfaces",
        "--interface=eth0", "--except-interface=lo", "--dhcp-authoritative",
        // So long that nothing has to be renewed while a scenario runs.
        fmt::format("--dhcp-range={},static,255.255.255.0,24h", plan.address),
        fmt::format("--dhcp-host={},{},24h", plan.mac, plan.address), "--dhcp-ignore=tag:!known"};
    const auto option = [&](int number, const std::string& value) {
        arguments.push_back(fmt::format("--dhcp-option-force={},{}", number, value));
    };
    option(3, plan.gateway);
    if (plan.name_servers.empty())
        arguments.emplace_back("--dhcp-option=6");  // not even the server itself
    else
        option(6, fmt::format("{}", fmt::join(plan.name_servers, ",")));
    option(7, plan.services);
    option(42, plan.services);
    if (!plan.url.empty()) {
        if (!plan.boot_file.empty()) option(67, plan.boot_file);
        for (const int with_url : {66, 159, 160}) option(with_url, plan.url);
    }
    if (!plan.tftp.empty()) {
        arguments.emplace_back("--enable-tftp");
        arguments.push_back("--tftp-root=" + plan.tftp.string());
        arguments.emplace_back("--tftp-lowercase");
    }
    return arguments;
}

std::optional<DhcpServer::Heard> heard_in(std::string_view line, const std::string& mac,
                                          std::string& file) {
    constexpr std::string_view sent = "sent ";
    using Heard = DhcpServer::Heard;
    const auto has = [&](std::string_view word) { return line.find(word) != line.npos; };
    if (has(mac) && has("DHCPDISCOVER(")) return Heard::discover;
    if (has(mac) && has("DHCPACK(")) return Heard::acknowledged;
    if (!has("dnsmasq-tftp")) return std::nullopt;
    const auto begin = line.find(sent), end = line.rfind(" to ");
    if (begin == line.npos || end == line.npos || end < begin) return std::nullopt;
    const std::filesystem::path path(line.substr(begin + sent.size(), end - begin - sent.size()));
    file = path.filename().string();
    return Heard::file_sent;
}

DhcpServer::DhcpServer(boost::asio::io_context& io, const Netns& netns, const DhcpPlan& plan,
                       std::function<void(Heard, const std::string& file)> heard,
                       std::function<void(std::string_view)> said,
                       std::function<void(int status)> died) {
    const auto program = find_program("dnsmasq");
    if (program.empty())
        throw Unavailable("no DHCP server is installed", "apt-get install dnsmasq-base");
    Spawn spawn;
    spawn.argv = dnsmasq_arguments(plan);
    spawn.argv.insert(spawn.argv.begin(), program.string());
    spawn.netns = &netns;
    spawn.on_line = [mac = plan.mac, heard = std::move(heard), said = std::move(said)](
                        Stream, std::string_view line) {
        said(line);
        std::string file;
        if (const auto what = heard_in(line, mac, file)) heard(*what, file);
    };
    spawn.on_exit = std::move(died);
    process_ = std::make_unique<Process>(io, std::move(spawn));
}

}  // namespace twinline::testbed
