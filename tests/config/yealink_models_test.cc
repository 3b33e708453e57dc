// Which parameters and accounts a Yealink phone knows, by model and firmware (clauses YL-GEN-01,
// YL-GEN-04, YL-PAR-00, YL-PAR-19).
#include "reference_impl/config/yealink_models.hh"

#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Options phone(std::string model, unsigned firmware) { return {std::move(model), firmware}; }

struct Accounts {
    std::string_view model;
    unsigned accounts;
    unsigned first_firmware;
};

class Models : public testing::TestWithParam<Accounts> {};

TEST_P(Models, know_their_accounts_and_no_more) {
    const auto& [model, accounts, first] = GetParam();
    const auto label = [](unsigned x) { return "account." + std::to_string(x) + ".label = x\n"; };
    const auto loaded = yealink(label(accounts) + label(accounts + 1),
                                phone(std::string(model), std::max(first, 81U)));
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre("phone.cfg:2: account." + std::to_string(accounts + 1) + ".label: ignored, " +
                    loaded.config.model + " has accounts 1 to " + std::to_string(accounts)));
    ASSERT_THAT(loaded.config.accounts, SizeIs(1));
    EXPECT_EQ(loaded.config.accounts[0].index, accounts);
}

TEST_P(Models, are_documented_from_a_firmware_on) {
    const auto& [model, accounts, first] = GetParam();
    EXPECT_THAT(lines(yealink("", phone(std::string(model), first)).errors), IsEmpty());
    EXPECT_THAT(lines(yealink("", phone(std::string(model), first - 1)).errors),
                ElementsAre(HasSubstr("phone.cfg: firmware " + std::to_string(first - 1) +
                                      ": permitted for ")));
}

INSTANTIATE_TEST_SUITE_P(
    Yealink, Models,
    testing::Values(
        Accounts{"SIP-T58V", 16, 80}, Accounts{"SIP-T58A", 16, 80}, Accounts{"SIP-T56A", 16, 80},
        Accounts{"SIP VP-T49G", 16, 80}, Accounts{"SIP-T54S", 16, 81}, Accounts{"SIP-T48G", 16, 80},
        Accounts{"SIP-T48S", 16, 81}, Accounts{"SIP-T46G", 16, 80}, Accounts{"sip-t46s", 16, 81},
        Accounts{"T29G", 16, 80}, Accounts{"SIP-T52S", 12, 81}, Accounts{"SIP-T42G", 12, 80},
        Accounts{"SIP-T42S", 12, 81}, Accounts{"SIP-T41P", 6, 80}, Accounts{"SIP-T41S", 6, 81},
        Accounts{"SIP-T27P", 6, 80}, Accounts{"SIP-T27G", 6, 81}, Accounts{"W52P", 5, 81},
        Accounts{"W56P", 5, 80}, Accounts{"SIP-T40P", 3, 80}, Accounts{"SIP-T40G", 3, 81},
        Accounts{"SIP-T23P", 3, 80}, Accounts{"SIP-T23G", 3, 80}, Accounts{"SIP-T21 E2", 2, 80},
        Accounts{"SIP-T21P E2", 2, 80}, Accounts{"SIP-T19 E2", 1, 80},
        Accounts{"SIP-T19P E2", 1, 80}, Accounts{"CP860", 1, 80}),
    [](const auto& test) {
        std::string name(test.param.model);
        std::erase_if(name, [](char c) { return c == ' ' || c == '-'; });
        return name;
    });

TEST(YealinkModels, refuses_a_model_that_the_guide_does_not_know) {
    EXPECT_THAT(lines(yealink("", phone("SIP-T99", 81)).errors),
                ElementsAre(HasSubstr("phone.cfg: model SIP-T99: permitted are SIP-T58V, ")));
}

constexpr std::string_view both_proxies =
    "account.1.outbound_proxy_enable = 1\naccount.1.outbound_host = old.test\n"
    "account.1.outbound_port = 5071\naccount.1.backup_outbound_host = old2.test\n"
    "account.1.backup_outbound_port = 5072\naccount.1.outbound_proxy.1.address = new.test\n"
    "account.1.outbound_proxy.1.port = 5081\n";

std::vector<std::string> proxies_of(const Loaded& loaded) {
    std::vector<std::string> result;
    for (const auto& proxy : loaded.config.accounts.at(0).outbound_proxies)
        result.push_back(proxy.host + ":" + std::to_string(proxy.port));
    return result;
}

TEST(YealinkModels, knows_numbered_proxies_from_firmware_81_on) {
    const auto loaded = yealink(both_proxies, phone("SIP-T46G", 81));
    EXPECT_THAT(proxies_of(loaded), ElementsAre("new.test:5081"));
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    const auto why =
        ": ignored, only firmware 80 and before knows it, T5x phones excepted; this is SIP-T46G "
        "with firmware 81";
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre(std::string("phone.cfg:2: account.1.outbound_host") + why,
                            std::string("phone.cfg:3: account.1.outbound_port") + why,
                            std::string("phone.cfg:4: account.1.backup_outbound_host") + why,
                            std::string("phone.cfg:5: account.1.backup_outbound_port") + why));
}

TEST(YealinkModels, knows_the_older_proxies_until_firmware_80) {
    const auto loaded = yealink(both_proxies, phone("SIP-T46G", 80));
    EXPECT_THAT(proxies_of(loaded), ElementsAre("old.test:5071", "old2.test:5072"));
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre("phone.cfg:6: account.1.outbound_proxy.1.address: ignored, only T5x "
                            "phones and firmware 81 and later know it; this is SIP-T46G with "
                            "firmware 80",
                            HasSubstr("account.1.outbound_proxy.1.port: ignored, ")));
}

TEST(YealinkModels, knows_numbered_proxies_on_every_t5x_phone) {
    for (const auto* model : {"SIP-T58V", "SIP-T58A", "SIP-T56A"}) {
        const auto loaded = yealink(both_proxies, phone(model, 80));
        EXPECT_THAT(proxies_of(loaded), ElementsAre("new.test:5081"));
        EXPECT_THAT(loaded.warnings, SizeIs(4));
    }
}

TEST(YealinkModels, knows_three_parameters_from_firmware_81_on) {
    const std::string_view text =
        "account.1.sip_server.1.only_signal_with_registered = 1\n"
        "account.1.sip_server.1.invite_retry_counts = 99\n"
        "account.1.sip_server.1.failback_subscribe.enable = 1\n"
        "account.1.sip_server.1.retry_counts = 5\n";
    const auto loaded = yealink(text, phone("SIP-T46G", 80));
    EXPECT_THAT(lines(loaded.errors), IsEmpty()) << "what is ignored is not checked";
    EXPECT_THAT(loaded.warnings, SizeIs(3));
    for (const auto& warning : lines(loaded.warnings)) {
        EXPECT_THAT(warning, HasSubstr(": ignored, only firmware 81 and later knows it; this is "
                                       "SIP-T46G with firmware 80"));
    }
    const auto& server = loaded.config.accounts.at(0).servers.at(0);
    EXPECT_FALSE(server.only_signal_with_registered);
    EXPECT_FALSE(server.failback_subscribe);
    EXPECT_EQ(server.invite_retry_counts, 5U) << "one count rules every request";
    EXPECT_THAT(yealink(text, phone("SIP-T46G", 81)).errors, SizeIs(1));
}

TEST(YealinkModels, knows_two_servers_and_twelve_static_records) {  // YL-SDC-09
    const auto loaded = yealink(
        "account.1.sip_server.3.address = c.test\naccount.1.outbound_proxy.3.port = 1\n"
        "dns_cache_a.13.name = a.test\ndns_cache_srv.13.port = many\n"
        "dns_cache_naptr.13.name = a.test\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre("phone.cfg:1: account.1.sip_server.3.address: ignored, SIP-T46G has "
                            "accounts 1 to 16 with servers 1 to 2",
                            HasSubstr("account.1.outbound_proxy.3.port: ignored"),
                            "phone.cfg:3: dns_cache_a.13.name: ignored, records are numbered 1 to "
                            "12",
                            HasSubstr("dns_cache_srv.13.port: ignored"),
                            HasSubstr("dns_cache_naptr.13.name: ignored")));
    EXPECT_THAT(loaded.config.accounts, IsEmpty());
}

}  // namespace
}  // namespace twinline::config
