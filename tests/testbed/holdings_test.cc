// What a server holds of a phone: as Kamailio's RPC tells it, in one lab for each of its own or for
// both together.
#include "rig/testbed/holdings.hh"

#include "tests/testbed/lab_test.hh"

#include <gmock/gmock.h>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

nlohmann::json location_of(const std::string& contacts) {
    return nlohmann::json::parse(R"({"Domains":[{"Domain":{"Domain":"location","AoRs":[{"Info":{
        "AoR":"1001","Contacts":[)" +
                                 contacts + R"(]}}],"Stats":{"Records":1}}}]})");
}

TEST(ABinding, IsOfThePhoneThatItsContactNamesOrThatItCameFrom) {
    const auto location = location_of(
        R"({"Contact":{"Address":"sip:1001@198.51.100.100:5060","Expires":37,"Received":"[not set]"}},
           {"Contact":{"Address":"sip:1001@10.0.0.1;transport=tcp","Expires":20,"Reg-Id":2,
                       "Received":"sip:198.51.100.101:40000;transport=tcp"}})");
    const auto of_device = bindings_of(location, {"198.51.100.100", "198.51.100.110"});
    ASSERT_THAT(of_device, SizeIs(1));
    EXPECT_EQ(of_device.front().user, "1001");
    EXPECT_EQ(of_device.front().contact, "sip:1001@198.51.100.100:5060");
    EXPECT_EQ(of_device.front().left, 37U);
    EXPECT_EQ(of_device.front().reg_id, "");
    const auto of_twin = bindings_of(location, {"198.51.100.101"});
    ASSERT_THAT(of_twin, SizeIs(1));
    EXPECT_EQ(of_twin.front().reg_id, "2");
    EXPECT_THAT(bindings_of(location, {"198.51.100.1"}), IsEmpty());
    EXPECT_THAT(bindings_of(location, {}), SizeIs(2));
}

TEST(ABinding, ThatHasEndedIsNone) {
    const auto location = location_of(
        R"({"Contact":{"Address":"sip:1001@198.51.100.100","Expires":"expired"}},
           {"Contact":{"Address":"sip:1001@198.51.100.100","Expires":"deleted"}},
           {"Contact":{"Address":"sip:1001@198.51.100.100"}})");
    EXPECT_THAT(bindings_of(location, {}), IsEmpty());
    EXPECT_THAT(bindings_of(nlohmann::json::array(), {}), IsEmpty());
    EXPECT_THAT(bindings_of("a word", {}), IsEmpty());
}

TEST(ASubscription, IsOfOnePhoneUntilItEnds) {
    const std::chrono::system_clock::time_point now{1000s};
    const auto table = nlohmann::json::parse(
        R"([{"entry":1,"slot":[{"name":"198.51.100.100:dialog:1002","value":1060},
                               {"name":"198.51.100.101:dialog:1002","value":1060}]},
            {"entry":2,"slot":[{"name":"198.51.100.100:message-summary:1001","value":1000}]}])");
    const auto held = subscriptions_of(table, {"198.51.100.100"}, now);
    ASSERT_THAT(held, SizeIs(1));
    EXPECT_EQ(held.front().user, "1002");
    EXPECT_EQ(held.front().event, "dialog");
    EXPECT_EQ(held.front().left, 60U);
    EXPECT_THAT(subscriptions_of(table, {}, now), SizeIs(2));
}

TEST(ADialogOfASubscription, IsOfThePhoneWhoseAddressItIsKnownBy) {
    const auto table = nlohmann::json::parse(
        R"([{"entry":1,"slot":[{"name":"198.51.100.100:a:1","value":"t1 t2 3 dialog sip:1001@198.51.100.100:5060 sip:1002@pbx.test sip:1001@pbx.test"},
                               {"name":"198.51.100.101:a:1","value":"t3 t4 2 dialog sip:1001@198.51.100.101:5060 sip:1002@pbx.test sip:1001@pbx.test"},
                               {"name":"198.51.100.100:b","value":"t5 t6"}]}])");
    const auto dialogs = dialogs_of(table, "198.51.100.100");
    ASSERT_THAT(dialogs, SizeIs(1)) << "what is not whole is none";
    EXPECT_EQ(dialogs.front().call_id, "a:1");
    EXPECT_EQ(dialogs.front().own_tag, "t1");
    EXPECT_EQ(dialogs.front().phone_tag, "t2");
    EXPECT_EQ(dialogs.front().cseq, 3U);
    EXPECT_EQ(dialogs.front().phone_uri, "sip:1001@pbx.test");
}

struct Location : LabTest {
    std::unique_ptr<Lab> lab_with(bool shared) {
        auto topology = small_topology();
        topology.shares_location = shared;
        auto made =
            std::make_unique<Lab>(io, topology, TWINLINE_SOURCE "/fixtures",
                                  [this](const std::string& what) { troubles.push_back(what); });
        await(made->ready());
        return made;
    }
    bool holds(Lab& lab, const char* role) {
        return !await(lab.server(role).holdings({"198.51.100.100"})).bindings.empty();
    }
    // Registered at the primary, the first by name.
    std::unique_ptr<Dut> phone_at_home(Lab& lab) {
        DutPlan plan;
        plan.device.id = "reference";
        plan.device.capabilities = {"json-lines"};
        plan.device.files = {{"phone.cfg", "{{config}}"}};
        plan.device.start = {"{{phone}}",   "--config", "{{dir}}/phone.cfg",
                             "--vendor",    "generic",  "--address",
                             "{{address}}", "--dns",    "{{dns}}"};
        plan.device.stop_signal = "KILL";
        plan.subject = "device";
        plan.config_text =
            "account.1.enable = 1\naccount.1.user = 1001\naccount.1.auth_user = 1001\n"
            "account.1.password = se\"cret\naccount.1.domain = pbx.test\n"
            "account.1.registrar = pbx.test\naccount.1.port = 0\naccount.1.transport = auto\n"
            "dns.server.1 = 192.0.2.53\n";
        auto phone = lab.phone(std::move(plan));
        await(phone->prepare());
        await(phone->power_on());
        EXPECT_TRUE(turn_until([&] { return holds(lab, "primary"); }, 5s));
        return phone;
    }
};

TEST_F(Location, IsOfEachServer) {
    auto lab = lab_with(false);
    auto phone = phone_at_home(*lab);
    EXPECT_FALSE(turn_until([&] { return holds(*lab, "secondary"); }, 500ms));
}

// One that begins anew asks the other.
TEST_F(Location, IsOneWhereItIsShared) {
    auto lab = lab_with(true);
    auto phone = phone_at_home(*lab);
    EXPECT_TRUE(turn_until([&] { return holds(*lab, "secondary"); }, 2s));
    EXPECT_THAT(await(lab->server("secondary").holdings({"198.51.100.101"})).bindings, IsEmpty());
    phone->power_off();
    {
        Crash crash(lab->server("secondary"));
        await(crash.heal());
    }
    EXPECT_TRUE(turn_until([&] { return holds(*lab, "secondary"); }, 5s));
    EXPECT_TRUE(troubles.empty()) << troubles.front();
}

}  // namespace
}  // namespace twinline::testbed
