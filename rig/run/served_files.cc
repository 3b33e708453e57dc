// The fields are those that the decoder reads off a download without TLS.
#include "rig/run/served_files.hh"

#include "rig/scenario/cast.hh"

namespace twinline::run {

timeline::Timeline events_of(const scenario::Topology& topology, const scenario::Host& host,
                             const testbed::Served& served, const RunClock& clock) {
    const auto subjects = scenario::cast_of(topology).subjects;
    const auto subject = subjects.find(scenario::address_value(served.source));
    if (subject == subjects.end()) return {};
    timeline::Event request;
    request.subject = subject->second;
    request.peer = host.role;
    request.peer_port = std::to_string(host.port);
    request.fields = {{"protocol", topology.configuration.protocol},
                      {"path", served.path},
                      {"evidence", "server log"}};
    auto response = request;
    request.at = clock.at(served.asked);
    request.direction = timeline::Direction::out;
    request.kind = "config.request";
    request.fields["method"] = served.method;
    if (!served.name.empty()) request.fields["name"] = served.name;
    response.at = clock.at(served.answered);
    response.direction = timeline::Direction::in;
    response.kind = "config.response";
    response.fields["bytes"] = served.bytes;
    response.fields["outcome"] = !served.complete                 ? "cut"
                                 : served.status.starts_with('2') ? "complete"
                                                                  : "refused";
    if (!served.status.empty()) response.fields["status"] = served.status;
    return {request, response};
}

}  // namespace twinline::run
