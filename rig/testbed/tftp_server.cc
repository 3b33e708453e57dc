// dnsmasq serves what lies below the folder that is named like its client (--tftp-unique-root).
#include "rig/testbed/tftp_server.hh"

#include "rig/scenario/cast.hh"
#include "rig/testbed/files.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace twinline::testbed {

namespace {

using Kind = scenario::Treatment::Kind;
namespace fs = std::filesystem;

constexpr unsigned block = 512, no_file = 1, no_right = 2;

}  // namespace

TftpServer::TftpServer(const ConfigSite& site) : ConfigServer(site) {
    for (const auto& source : all_sources(site.topology)) fill(source);
    run(find_program("dnsmasq"), "apt-get install dnsmasq-base",
        {"--no-daemon", "--user=root", "--group=root", "--port=0", "--conf-file=/dev/null",
         "--pid-file=", "--enable-tftp", "--tftp-no-blocksize", "--tftp-unique-root=ip",
         "--listen-address=" + site.host.address, "--bind-interfaces",
         "--tftp-root=" + files_.string()});
}

// Of a phone of the lab the MAC address is made of its IP address. The folder is made anew; what a
// transfer has open stays open.
void TftpServer::fill(const std::string& source) {
    const auto found = treatments_.find(source);
    const auto* treatment = found == treatments_.end() ? nullptr : &found->second;
    const auto folder = files_ / source;
    const bool rejects = treatment != nullptr && treatment->kind == Kind::reject;
    const auto longest = treatment != nullptr && treatment->kind == Kind::truncate
                             ? treatment->octets.value_or(0)
                             : std::string::npos;
    fs::remove_all(folder);
    fs::create_directories(folder);
    if (rejects && treatment->status == no_file) return;
    write_files(source, longest);
    if (fs::exists(folder / "MAC.cfg")) {
        const auto own = fmt::format("0200{:08x}", scenario::address_value(source));
        const auto upper = fmt::format("0200{:08X}", scenario::address_value(source));
        for (const auto& name : {own, upper})
            fs::copy_file(folder / "MAC.cfg", folder / (name + ".cfg"),
                          fs::copy_options::overwrite_existing);
    }
    for (const auto& name : offered_)
        write_file(folder / name, probe_text(site_.topology).substr(0, longest));
    for (const auto& file : fs::directory_iterator(folder))
        fs::permissions(
            file, rejects ? fs::perms::owner_write
                          : fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
}

void TftpServer::misbehave(const std::vector<std::string>& sources,
                           const scenario::Treatment& treatment) {
    if (treatment.kind == Kind::slow || treatment.kind == Kind::wrong_certificate ||
        (treatment.kind == Kind::reject && treatment.status != no_file &&
         treatment.status != no_right))
        throw std::logic_error("a fault that a server of TFTP cannot have was let into the lab");
    for (const auto& source : sources) treatments_.insert_or_assign(source, treatment);
    // An opcode of 3 is DATA; its block number follows (RFC 1350 section 5).
    if (treatment.kind == Kind::cut || treatment.kind == Kind::stall)
        rules_.emplace(sources.front(),
                       PacketRules(site_.netns, "output",
                                   fmt::format("ip daddr {{ {} }} meta l4proto udp @th,64,16 3 "
                                               "@th,80,16 > {} drop",
                                               fmt::join(sources, ", "),
                                               treatment.octets.value_or(0) / block)));
    for (const auto& source : sources) fill(source);
}

void TftpServer::behave(const std::vector<std::string>& sources) {
    rules_.erase(sources.front());
    for (const auto& source : sources) {
        treatments_.erase(source);
        fill(source);
    }
}

void TftpServer::offer(const std::string& name) {
    offered_.insert(name);
    for (const auto& source : all_sources(site_.topology)) fill(source);
}

void TftpServer::withdraw(const std::string& name) {
    offered_.erase(name);
    ConfigServer::withdraw(name);
}

}  // namespace twinline::testbed
