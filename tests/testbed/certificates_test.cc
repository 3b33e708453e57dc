// Servers over TLS: what their certificates are worth to the rig's own question, and to whom a
// fault shows another one.
#include "rig/testbed/authority.hh"
#include "tests/testbed/lab_test.hh"

namespace twinline::testbed {
namespace {

using scenario::Treatment;

struct Certificates : LabTest {
    void SetUp() override {
        LabTest::SetUp();
        if (!IsSkipped()) lab = ready_lab();
    }
    std::string said(const std::string& from, const std::string& host = "primary") {
        scenario::Inquiry securely;
        securely.asks = scenario::Inquiry::Asks::over_tls;
        const auto result = await(lab->probe(from, host, probe_deadline, "OPTIONS", securely));
        EXPECT_FALSE(result.socket.empty());
        EXPECT_FALSE(result.call_id.empty());
        return result.answered    ? std::to_string(result.status)
               : result.untrusted ? "untrusted"
                                  : "nothing";
    }

    std::unique_ptr<Lab> lab;
};

TEST_F(Certificates, AreTheServersOwn) {
    for (const std::string host : {"primary", "secondary"})
        for (const std::string from : {"device", "twin", "unkeyed"})
            EXPECT_EQ(said(from, host), "200") << host << " to " << from;
}

TEST_F(Certificates, OfAnotherAreShownToOneSubject) {
    for (const bool expired : {false, true}) {
        Treatment treatment{Treatment::Kind::wrong_certificate};
        treatment.expired = expired;
        auto shown = lab->show_certificate("primary", "device", treatment);
        EXPECT_EQ(said("device"), "untrusted") << expired;
        EXPECT_EQ(said("device", "secondary"), "200");
        EXPECT_EQ(said("twin"), "200");
        EXPECT_EQ(said("unkeyed"), "200");
        EXPECT_EQ(await(lab->probe("device", "primary")).status, 200) << "over UDP";
        EXPECT_GE(shown.heal(), shown.onset());
        EXPECT_EQ(said("device"), "200");
    }
    EXPECT_TRUE(troubles.empty()) << troubles.front();
}

}  // namespace
}  // namespace twinline::testbed
