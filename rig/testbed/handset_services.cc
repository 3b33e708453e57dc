// What a handset finds in its network beside SIP: its address, the time, a log server, its files,
// and its vendor's own services, which say nothing.
#include "rig/testbed/handset_phone.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::testbed {

namespace {

using Protocol = scenario::Handset::Protocol;

constexpr std::uint16_t web_port = 80, tls_port = 443, ntp_port = 123, syslog_port = 514,
                        sip_port = 5060;
constexpr unsigned most_syslog_lines = 5000;  // on the timeline
constexpr const char* plug_and_play = "224.0.1.75";

}  // namespace

void HandsetPhone::begin_services() {
    const auto listen = [this](const std::string& address, std::uint16_t port,
                               UdpService::Hear hear) {
        udp_.push_back(
            std::make_unique<UdpService>(io_, wire_.services, address, port, std::move(hear)));
    };
    listen(scenario::services_address, ntp_port,
           [this](std::string_view question, const std::string& from) {
               const auto heard = wall_now();
               if (from == plan_.address) keep("asked for the time");
               return ntp_answer(question, heard, wall_now());
           });
    listen(scenario::services_address, syslog_port,
           [this](std::string_view line, const std::string& from) {
               // The newest lines are in the log in any case.
               if (from == plan_.address) {
                   keep("syslog: " + without_secrets(escaped(line)));
                   if (++syslog_lines_ <= most_syslog_lines)
                       tell_("rig.syslog", {{"text", without_secrets(escaped(line))}});
               }
               return std::optional<std::string>();
           });
    listen(plug_and_play, sip_port, [this](std::string_view request, const std::string& from) {
        if (from != plan_.address) return std::optional<std::string>();
        const auto first = escaped(request.substr(0, request.find('\r')));
        keep("to anybody: " + first);
        tell_("rig.call_home", {{"service", plug_and_play}, {"text", first}});
        return std::optional<std::string>();
    });
    const auto hear = [this](const FileAsked& file) { asked(file); };
    web_ = std::make_unique<HandsetFiles>(io_, wire_.services, scenario::services_address, web_port,
                                          hear);
    const auto certificate = directory_ / "certificate.pem";
    wire_.authority.issue(certificate, {scenario::services_address});
    tls_web_ = std::make_unique<HandsetFiles>(io_, wire_.services, scenario::services_address,
                                              tls_port, hear, certificate);
    serve(files_);
    begin_dhcp();
}

void HandsetPhone::serve(std::map<std::string, std::string> files) {
    if (handset().protocol == Protocol::http) web_->serve(std::move(files));
    if (handset().protocol == Protocol::https) tls_web_->serve(std::move(files));
}

void HandsetPhone::begin_dhcp() {
    dhcp_.reset();
    DhcpPlan plan;
    plan.mac = handset().mac;
    plan.address = plan_.address;
    plan.gateway = wire_.gateway;
    plan.services = scenario::services_address;
    plan.name_servers = wire_.name_servers;
    if (!files_.empty()) {
        plan.url = url_;
        if (!boot_files_.empty()) plan.boot_file = *boot_files_.begin();
        if (handset().protocol == Protocol::tftp) plan.tftp = directory_ / "files";
    }
    dhcp_.emplace(
        io_, wire_.services, plan,
        [this](DhcpServer::Heard heard, const std::string& file) { dhcp(heard, file); },
        [this](std::string_view line) {
            if (line.find(" sent size:") == line.npos) keep("dhcp: " + escaped(line));
        },
        [this](int status) {
            if (wire_.trouble) wire_.trouble("the DHCP server ended: " + describe_status(status));
        });
}

// It has what it knows already, and asks the scenario's servers for what is new.
void HandsetPhone::send_elsewhere() {
    files_.clear();
    boot_files_.clear();
    serve({});
    begin_dhcp();
}

void HandsetPhone::asked(const FileAsked& asked) {
    if (asked.from != plan_.address) return;
    keep(fmt::format("asked {} for {}: {}, as {}", escaped(asked.host), escaped(asked.name),
                     asked.status, escaped(asked.user_agent)));
    if (std::ranges::find(handset().call_home, asked.host) != handset().call_home.end()) {
        tell_("rig.call_home", {{"service", asked.host}, {"text", escaped(asked.name)}});
        return;
    }
    if (asked.status != 200) return;
    image_taken_ = image_taken_ || lower_case(asked.name) == image_;
    identify("GET", asked.user_agent);
    taken(lower_case(asked.name), asked.at);
}

}  // namespace twinline::testbed
