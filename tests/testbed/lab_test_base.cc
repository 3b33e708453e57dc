// Two registrars behind one name are the least that a failover needs, and all that these tests
// need.
#include "tests/testbed/lab_test.hh"

#include <exception>

namespace twinline::testbed {

std::string& why_no_lab() {
    static std::string reason;
    return reason;
}

scenario::Topology small_topology() {
    scenario::Topology topology;
    topology.id = "test";
    topology.domain = "pbx.test";
    topology.hosts = {{"primary", "192.0.2.11", scenario::HostRuns::kamailio},
                      {"secondary", "192.0.2.12", scenario::HostRuns::kamailio},
                      {"dns", "192.0.2.53", scenario::HostRuns::dns}};
    topology.zone =
        "$ORIGIN pbx.test.\n"
        "$TTL 60\n"
        "@ IN SOA ns hostmaster 1 3600 600 86400 60\n"
        "@ IN NS ns\n"
        "@ IN NAPTR 10 10 \"s\" \"SIP+D2U\" \"\" _sip._udp\n"
        "_sip._udp IN SRV 10 0 5060 primary\n"
        "_sip._udp IN SRV 20 0 5060 secondary\n"
        "ns IN A 192.0.2.53\n"
        "primary IN A 192.0.2.11\n"
        "secondary IN A 192.0.2.12\n";
    topology.users = {{"1001", "se\"cret"}, {"1002", "other"}};
    topology.subjects = {{"device", {"198.51.100.100", "198.51.100.110"}},
                         {"twin", {"198.51.100.101", "198.51.100.111"}}};
    topology.unkeyed_probe = "198.51.100.120";
    topology.grants_expires = 60;
    return topology;
}

void LabTest::SetUp() {
    if (!why_no_lab().empty()) GTEST_SKIP() << why_no_lab();
}

void LabTest::await(boost::asio::awaitable<void> work) {
    bool done = false;
    std::exception_ptr failure;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr error) {
        failure = error;
        done = true;
    });
    turn_until([&] { return done; }, std::chrono::minutes(1));
    if (failure) std::rethrow_exception(failure);
    if (!done) throw std::runtime_error("the awaitable does not end");
}

std::unique_ptr<Lab> LabTest::ready_lab() {
    auto lab = std::make_unique<Lab>(io, small_topology(), TWINLINE_SOURCE "/fixtures",
                                     [this](const std::string& what) { troubles.push_back(what); });
    await(lab->ready());
    return lab;
}

}  // namespace twinline::testbed
