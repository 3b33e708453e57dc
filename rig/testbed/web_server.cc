// nginx reads the certificate for a client at each handshake from a file named like its address.
#include "rig/testbed/web_server.hh"

#include "rig/testbed/files.hh"
#include "rig/testbed/interface.hh"
#include "rig/testbed/render.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace twinline::testbed {

namespace {

using Kind = scenario::Treatment::Kind;

// Whatever name of the zone a phone may know it by.
std::vector<std::string> names_of(const scenario::Topology& topology, const scenario::Host& host) {
    return {host.role + '.' + topology.domain, topology.domain, "*." + topology.domain,
            host.address};
}

Wall wall(double seconds) {
    return Wall{std::chrono::nanoseconds(std::llround(seconds * 1000)) * 1'000'000};
}

}  // namespace

WebServer::WebServer(const ConfigSite& site) : ConfigServer(site) {
    const bool tls = site.topology.configuration.protocol == "https";
    std::filesystem::create_directories(directory_ / "certificates");
    if (tls) {
        site.authority.issue(directory_ / "right.pem", names_of(site.topology, site.host));
        site.authority.issue(directory_ / "wrong.pem", {"another.invalid"});
        for (const auto& source : all_sources(site.topology)) show(source, Certificate::right);
    }
    origin_ =
        std::make_unique<BrokenOrigin>(site.io, site.topology, site.host, directory_ / "origin");
    const auto shown = site.fixtures / "provisioning" / "nginx.conf";
    write_file(directory_ / "nginx.conf",
               render(shown.string(), read_file(shown),
                      {{"dir", directory_.string()},
                       {"files", files_.string()},
                       {"protocol", site.topology.configuration.protocol},
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

void WebServer::show(const std::string& source, Certificate which) const {
    write_file(directory_ / "certificates" / (source + ".pem"),
               read_file(directory_ / (which == Certificate::right ? "right.pem" : "wrong.pem")));
}

void WebServer::misbehave(const std::vector<std::string>& sources,
                          const scenario::Treatment& treatment) {
    if (treatment.kind == Kind::wrong_certificate) {
        for (const auto& source : sources) show(source, Certificate::wrong);
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
        if (site_.topology.configuration.protocol == "https") show(source, Certificate::right);
    }
}

// The log of a client that gave up before any answer has a status that was never sent.
void WebServer::hear(std::string_view line) {
    if (!site_.served) return;
    const auto said = nlohmann::json::parse(line, nullptr, false);
    if (!said.is_object() || said.value("served", "") != "https") return;
    const auto text = [&](const char* name) { return said.value(name, ""); };
    const double at = std::strtod(text("at").c_str(), nullptr);
    Served served;
    served.answered = wall(at);
    served.asked = wall(at - std::strtod(text("took").c_str(), nullptr));
    served.source = text("source");
    served.source_port = text("port");
    served.method = text("method");
    served.path = text("path");
    served.name = text("name");
    served.status = text("status") == "499" ? "" : text("status");
    served.bytes = text("bytes");
    served.complete = !served.status.empty() && text("bytes") == text("length");
    if (!served.method.empty()) site_.served(site_.host, served);
}

}  // namespace twinline::testbed
