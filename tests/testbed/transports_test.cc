// The reference phone beside real servers: it registers and calls over UDP, TCP and TLS, as
// Yealink's configuration tells it.
#include "rig/testbed/dut.hh"
#include "rig/testbed/files.hh"
#include "tests/testbed/lab_test.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

struct Over {
    const char* name;
    unsigned type;  // account.X.sip_server.Y.transport_type
    unsigned port;
};

void PrintTo(const Over& over, std::ostream* out) { *out << over.name; }

class Transports : public LabTest, public testing::WithParamInterface<Over> {
  protected:
    std::unique_ptr<Lab> lab_with_callees() {
        auto topology = small_topology();
        topology.callee = "2000";
        auto lab =
            std::make_unique<Lab>(io, topology, TWINLINE_SOURCE "/fixtures",
                                  [this](const std::string& what) { troubles.push_back(what); });
        await(lab->ready());
        return lab;
    }

    DutPlan plan(const std::string& more = {}) {
        DutPlan plan;
        plan.device.id = "reference";
        plan.device.capabilities = {"json-lines"};
        plan.device.files = {{"phone.cfg", "{{config}}"}};
        plan.device.start = {
            "{{phone}}",   "--config", "{{dir}}/phone.cfg", "--vendor", "yealink", "--address",
            "{{address}}", "--dns",    "{{dns}}",           "--ca",     "{{ca}}"};
        plan.device.stop_signal = "KILL";
        plan.subject = "device";
        plan.config_text = fmt::format(
            "account.1.enable = 1\naccount.1.user_name = 1001\naccount.1.auth_name = 1001\n"
            "account.1.password = se\"cret\naccount.1.sip_server.1.address = primary.pbx.test\n"
            "account.1.sip_server.1.port = {}\naccount.1.sip_server.1.transport_type = {}\n{}",
            GetParam().port, GetParam().type, more);
        return plan;
    }

    void hear(std::string_view line) {
        const auto said = nlohmann::json::parse(line, nullptr, false);
        if (said.value("kind", "") == "display") line_state_ = said.value("line_state", "");
        if (said.value("kind", "") == "call") call_state_ = said.value("state", "");
        said_.emplace_back(line);
    }
    std::string all_said() const { return fmt::format("{}", fmt::join(said_, "\n")); }

    std::string line_state_, call_state_;
    std::vector<std::string> said_;
};

TEST_P(Transports, RegistersCallsAndHangsUp) {
    auto lab = lab_with_callees();
    auto phone = lab->phone(plan(), [this](std::string_view line) { hear(line); });
    await(phone->prepare());
    await(phone->power_on());
    ASSERT_TRUE(turn_until([&] { return line_state_ == "registered"; }, 5s)) << all_said();
    const bool is_secret = GetParam().name == std::string("tls");
    EXPECT_EQ(read_file(lab->key_log().file()).empty(), !is_secret);
    const auto held = await(lab->server("primary").holdings({"198.51.100.100"}));
    ASSERT_EQ(held.bindings.size(), 1U);
    EXPECT_EQ(held.bindings.front().user, "1001");
    EXPECT_THAT(held.bindings.front().contact, testing::HasSubstr("sip:1001@198.51.100.100:5060"));
    EXPECT_THAT(await(lab->server("primary").holdings({"198.51.100.101"})).bindings,
                testing::IsEmpty());
    await(lab->server("primary").forget_bindings({"198.51.100.101"}));
    EXPECT_EQ(await(lab->server("primary").holdings({"198.51.100.100"})).bindings.size(), 1U);
    await(lab->server("primary").forget_bindings({"198.51.100.100"}));
    EXPECT_THAT(await(lab->server("primary").holdings({"198.51.100.100"})).bindings,
                testing::IsEmpty());
    phone->act("dial", "2000");
    ASSERT_TRUE(turn_until([&] { return call_state_ == "talking"; }, 5s)) << all_said();
    phone->act("hold");
    ASSERT_TRUE(turn_until([&] { return call_state_ == "held"; }, 5s)) << all_said();
    phone->act("resume");
    ASSERT_TRUE(turn_until([&] { return call_state_ == "talking"; }, 5s)) << all_said();
    phone->act("hang_up");
    ASSERT_TRUE(turn_until([&] { return call_state_ == "idle"; }, 5s)) << all_said();
    EXPECT_THAT(troubles, testing::IsEmpty());
}

// The server finds it at its binding; over a stream, on the connection that it has opened.
TEST_P(Transports, IsCalledByAnotherPhoneAndHangsUp) {
    auto lab = lab_with_callees();
    auto called_plan = plan();
    called_plan.subject = "twin";
    for (std::size_t at = 0; (at = called_plan.config_text.find("1001", at)) != std::string::npos;)
        called_plan.config_text.replace(at, 4, "1002");
    const std::string password = "se\"cret";
    called_plan.config_text.replace(called_plan.config_text.find(password), password.size(),
                                    "other");
    std::string called_line, called_call;
    auto called = lab->phone(called_plan, [&](std::string_view line) {
        const auto said = nlohmann::json::parse(line, nullptr, false);
        if (said.value("kind", "") == "display") called_line = said.value("line_state", "");
        if (said.value("kind", "") == "call") called_call = said.value("state", "");
    });
    auto phone = lab->phone(plan(), [this](std::string_view line) { hear(line); });
    for (auto* each : {phone.get(), called.get()}) {
        await(each->prepare());
        await(each->power_on());
    }
    const auto registered = [&] {
        return line_state_ == "registered" && called_line == line_state_;
    };
    ASSERT_TRUE(turn_until(registered, 5s)) << all_said();
    phone->act("dial", "1002");
    ASSERT_TRUE(turn_until([&] { return called_call == "incoming"; }, 5s)) << all_said();
    called->act("answer");
    ASSERT_TRUE(turn_until([&] { return call_state_ == "talking"; }, 5s)) << all_said();
    called->act("hold");
    ASSERT_TRUE(turn_until([&] { return called_call == "held"; }, 5s)) << all_said();
    phone->act("hang_up");
    ASSERT_TRUE(turn_until([&] { return call_state_ == "idle" && called_call == "idle"; }, 5s))
        << all_said();
    EXPECT_THAT(troubles, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Of, Transports,
                         testing::Values(Over{"udp", 0, 5060}, Over{"tcp", 1, 5060},
                                         Over{"tls", 2, 5061}),
                         [](const auto& over) { return std::string(over.param.name); });

}  // namespace
}  // namespace twinline::testbed
