// A file crosses the network at once; what takes time is what a fault makes it take.
#include "rig/world/file_servers.hh"

#include "rig/world/certificates.hh"
#include "rig/world/packet.hh"

#include <algorithm>

namespace twinline::world {

namespace {

using Kind = scenario::Treatment::Kind;
using Outcome = phone::Fetched::Outcome;
using Protocol = config::DownloadProtocol;

bool is_web(Protocol protocol) { return protocol == Protocol::http || protocol == Protocol::https; }

std::string status_of(Protocol protocol) {  // of a file that is there
    if (is_web(protocol)) return "200";
    return protocol == Protocol::ftp ? "226" : "data";
}

std::string status_of(Protocol protocol, unsigned code) {
    return protocol == Protocol::tftp ? "error " + std::to_string(code) : std::to_string(code);
}

// RFC 9110 section 15.5.5, RFC 959 section 4.2, RFC 1350 section 5.
unsigned code_for_missing(Protocol protocol) {
    if (is_web(protocol)) return 404;
    return protocol == Protocol::ftp ? 550 : 1;
}

std::string method_of(Protocol protocol) {
    if (is_web(protocol)) return "GET";
    return protocol == Protocol::ftp ? "RETR" : "RRQ";
}

}  // namespace

unsigned FileServers::ask(wire::Ipv4 source, const phone::Fetch& fetch, Done done) {
    const Request request{++asked_, source, fetch, std::move(done)};
    open_.insert(request.number);
    const auto& limits = fetch.limits;
    const bool over_tcp = fetch.protocol != Protocol::tftp;
    if (over_tcp)
        say(request, "config.attempt", {{"server", role_of(fetch.remote.address)}});
    else
        say(request, "config.request", {{"method", "RRQ"}, {"path", fetch.path}, {"name", ""}});
    const auto* treatment = world_.treatment_of(fetch.remote.address, source);
    const auto is = [&](Kind kind) { return treatment != nullptr && treatment->kind == kind; };
    const bool exists = !role_of(fetch.remote.address).empty();
    if (!exists || is(Kind::silence))
        end(request, limits.connect, {0, Outcome::timeout, {}, {}});
    else if (treatment != nullptr && treatment->is_of_no_host())
        seek(request, treatment->delay);
    else if (is(Kind::refuse) || server_of(request) == nullptr)
        refuse(request);
    else if (is_distrusted(fetch.checks, treatment))
        end(request, 4 * link_delay, {0, Outcome::bad_certificate, {}, {}});
    else
        after(over_tcp ? 2 * link_delay : wire::Duration{}, request,
              [this, request] { connected(request); });
    return request.number;
}

void FileServers::stop(unsigned request) {
    open_.erase(request);
    sought_.erase(request);
}

std::string FileServers::role_of(wire::Ipv4 address) const {
    const auto found =
        std::ranges::find(topology_.hosts, wire::to_string(address), &scenario::Host::address);
    return found == topology_.hosts.end() ? "" : found->role;
}

const scenario::Host* FileServers::server_of(const Request& request) const {
    const auto found = std::ranges::find_if(topology_.hosts, [&](const scenario::Host& host) {
        return host.runs == scenario::HostRuns::configuration &&
               wire::parse_ipv4(host.address) == request.fetch.remote.address &&
               host.port == request.fetch.remote.port &&
               topology_.configuration.protocol == to_string(request.fetch.protocol);
    });
    return found == topology_.hosts.end() ? nullptr : &*found;
}

void FileServers::connected(const Request& request) {
    const auto& fetch = request.fetch;
    if (fetch.protocol != Protocol::tftp)
        say(request, "config.request",
            {{"method", method_of(fetch.protocol)},
             {"path", fetch.path},
             {"name", is_web(fetch.protocol) ? fetch.name : ""}});
    const auto* treatment = world_.treatment_of(fetch.remote.address, request.source);
    const bool slow = treatment != nullptr && treatment->kind == Kind::slow;
    const auto delay = slow ? treatment->delay : wire::Duration{};
    if (delay >= fetch.limits.idle)
        return end(request, fetch.limits.idle, {0, Outcome::timeout, {}, {}});
    after(2 * link_delay + delay, request,
          [this, request, server = server_of(request)] { serve(request, *server); });
}

void FileServers::serve(const Request& request, const scenario::Host& server) {
    const auto protocol = request.fetch.protocol;
    const auto* treatment = world_.treatment_of(request.fetch.remote.address, request.source);
    const auto* file =
        topology_.file_of(server, request.fetch.path.substr(request.fetch.path.rfind('/') + 1));
    const bool rejects = treatment != nullptr && treatment->kind == Kind::reject;
    if (!rejects && file != nullptr) return give(request, *file, treatment);
    const auto missing = code_for_missing(protocol);
    const auto code = rejects ? treatment->status : missing;
    respond(request, status_of(protocol, code), 0, "refused");
    end(request, {},
        {0, code == missing ? Outcome::missing : Outcome::refused, status_of(protocol, code), {}});
}

void FileServers::give(const Request& request, const std::string& file,
                       const scenario::Treatment* treatment) {
    const auto& fetch = request.fetch;
    const auto status = status_of(fetch.protocol);
    const auto octets = treatment != nullptr && treatment->octets
                            ? std::min<std::size_t>(*treatment->octets, file.size())
                            : file.size();
    const auto part = file.substr(0, octets);
    if (octets == file.size()) {
        respond(request, status, octets, "complete");
        if (octets > fetch.limits.octets)
            return end(request, {}, {0, Outcome::too_big, status, {}});
        return end(request, {}, {0, Outcome::complete, status, part});
    }
    const bool tftp = fetch.protocol == Protocol::tftp;
    if (treatment->kind == Kind::stall || (tftp && treatment->kind == Kind::cut)) {
        after(fetch.limits.idle, request,
              [this, request, status, octets] { respond(request, status, octets, "cut"); });
        return end(request, fetch.limits.idle,
                   {0, Outcome::timeout, octets == 0 ? "" : status, part});
    }
    // TFTP announces no size: a short block is the end.
    const bool unnoticed = tftp && treatment->kind == Kind::truncate;
    respond(request, status, octets, unnoticed ? "complete" : "cut");
    end(request, {}, {0, unnoticed ? Outcome::complete : Outcome::cut, status, part});
}

void FileServers::respond(const Request& request, const std::string& status, std::size_t octets,
                          const std::string& outcome) {
    say(request, "config.response",
        {{"path", request.fetch.path},
         {"status", status},
         {"bytes", std::to_string(octets)},
         {"outcome", outcome}});
}

// RFC 9293 section 3.10.7.1, RFC 792: what a closed port says.
void FileServers::refuse(const Request& request) {
    const bool tftp = request.fetch.protocol == Protocol::tftp;
    after(2 * link_delay, request,
          [this, request, tftp] { hear(request, tftp ? "icmp.unreachable" : "tcp.rst", {}); });
    // libcurl does not hear what ICMP says of TFTP.
    if (tftp) return end(request, request.fetch.limits.connect, {0, Outcome::timeout, {}, {}});
    end(request, 2 * link_delay, {0, Outcome::unreachable, {}, {}});
}

// The router asks for the server that long, and then says that there is none (RFC 792), unless it
// is back by then.
void FileServers::seek(const Request& request, wire::Duration search) {
    const auto& fetch = request.fetch;
    sought_.insert(request.number);
    world_.when_healed(fetch.remote.address, request.source, [this, request] {
        if (sought_.erase(request.number) != 0)
            after(2 * link_delay, request, [this, request] { connected(request); });
    });
    const bool tftp = fetch.protocol == Protocol::tftp;
    after(2 * link_delay + search, request, [this, request, tftp] {
        if (!sought_.contains(request.number)) return;
        hear(request, "icmp.unreachable", {{"code", "1"}, {"of_protocol", tftp ? "udp" : "tcp"}});
        if (!tftp) lose(request, Outcome::unreachable);
    });
    after(fetch.limits.connect, request, [this, request] { lose(request, Outcome::timeout); });
}

void FileServers::lose(const Request& request, Outcome outcome) {
    if (sought_.erase(request.number) != 0) end(request, {}, {0, outcome, {}, {}});
}

void FileServers::hear(const Request& request, std::string kind, timeline::Fields fields) {
    world_.tell({world_.time(),
                 request.source,
                 request.fetch.remote.address,
                 std::move(kind),
                 std::move(fields),
                 {},
                 true});
}

void FileServers::say(const Request& request, std::string kind, timeline::Fields fields) {
    fields.emplace("protocol", to_string(request.fetch.protocol));
    const bool answers = kind == "config.response";
    world_.tell({world_.time(), request.source, request.fetch.remote.address, std::move(kind),
                 std::move(fields),
                 answers ? std::vector<std::string>{} : request.fetch.why.clauses, answers});
}

void FileServers::end(const Request& request, wire::Duration time, phone::Fetched fetched) {
    fetched.id = request.fetch.id;
    after(time, request, [this, request, fetched = std::move(fetched)] {
        open_.erase(request.number);
        request.done(fetched);
    });
}

void FileServers::after(wire::Duration time, const Request& request, std::function<void()> action) {
    world_.later(time, [this, number = request.number, action = std::move(action)] {
        if (open_.contains(number)) action();
    });
}

}  // namespace twinline::world
