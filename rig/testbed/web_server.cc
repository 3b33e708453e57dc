// nginx reads the certificate for a client at each handshake from a file named like its address.
#include "rig/testbed/web_server.hh"

#include "rig/testbed/files.hh"
#include "rig/testbed/interface.hh"
#include "rig/testbed/render.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace twinline::testbed {

namespace {

using Kind = scenario::Treatment::Kind;

// Certificates.
constexpr const char *right = "right.pem", *foreign = "foreign.pem", *expired = "expired.pem";

// Whatever name of the zone a phone may know it by.
std::vector<std::string> names_of(const scenario::Topology& topology, const scenario::Host& host) {
    return {host.role + '.' + topology.domain, topology.domain, "*." + topology.domain,
            host.address};
}

}  // namespace

WebServer::WebServer(const ConfigSite& site) : ConfigServer(site) {
    const bool tls = site.topology.configuration.protocol == "https";
    std::filesystem::create_directories(directory_ / "certificates");
    if (tls) {
        const auto names = names_of(site.topology, site.host);
        site.authority.issue(directory_ / right, names);
        site.authority.issue(directory_ / foreign, {"another.invalid"});
        site.authority.issue(directory_ / expired, names, Authority::Validity::yesterday);
        for (const auto& source : all_sources(site.topology)) show(source, right);
    }
    origin_ = std::make_unique<BrokenOrigin>(
        site.io,
        [this](std::string_view source, std::string_view path) { return file_of(source, path); },
        directory_ / "origin");
    const auto shown = site.fixtures / "provisioning" / "nginx.conf";
    write_file(directory_ / "nginx.conf", render(shown.string(), read_file(shown),
                                                 {{"dir", directory_.string()},
                                                  {"files", files_.string()},
                                                  {"address", site.host.address},
                                                  {"port", std::to_string(site.host.port)},
                                                  {"tls", tls ? " ssl" : ""}}));
    {
        // The last segment of a connection that is cut is not to be repeated for minutes.
        const InNetns inside(site.netns);
        set_sysctl("net/ipv4/tcp_orphan_retries", "1");
    }
    run(find_program("nginx"), "apt-get install nginx-light",
        {"-p", directory_.string(), "-e", "stderr", "-c", (directory_ / "nginx.conf").string()});
}

void WebServer::show(const std::string& source, const char* certificate) const {
    write_file(directory_ / "certificates" / (source + ".pem"),
               read_file(directory_ / certificate));
}

void WebServer::misbehave(const std::vector<std::string>& sources,
                          const scenario::Treatment& treatment) {
    if (treatment.kind == Kind::wrong_certificate) {
        for (const auto& source : sources) show(source, treatment.expired ? expired : foreign);
        return;
    }
    for (const auto& source : sources) origin_->misbehave(source, treatment);
    // nginx has nothing but a FIN for a connection whose origin broke.
    if (treatment.kind == Kind::cut)
        rules_.emplace(
            sources.front(),
            PacketRules(site_.netns, "output",
                        fmt::format("ip daddr {{ {} }} tcp sport {} tcp flags & fin == fin tcp "
                                    "flags set rst",
                                    fmt::join(sources, ", "), site_.host.port)));
    ConfigServer::misbehave(sources, treatment);
}

void WebServer::behave(const std::vector<std::string>& sources) {
    ConfigServer::behave(sources);
    rules_.erase(sources.front());
    for (const auto& source : sources) {
        origin_->behave(source);
        if (site_.topology.configuration.protocol == "https") show(source, right);
    }
}

}  // namespace twinline::testbed
