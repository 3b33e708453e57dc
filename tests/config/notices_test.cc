// The notices about a generic profile's file: what is missing, doubled, misspelt or secret in it.
#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(GenericConfig, wants_user_and_registrar_of_an_enabled_account) {
    const auto loaded = generic(
        "account.2.password = x\naccount.1.port = 5060\naccount.1.user = 1001\n"
        "account.3.enable = 0\naccount.3.port = 5060\naccount.2.registrar = no host\n");
    EXPECT_THAT(
        lines(loaded.errors),
        ElementsAre(
            "phone.cfg:1: account.2.user is missing: required while account.2.enable is 1",
            "phone.cfg:2: account.1.registrar is missing: required while account.1.enable is 1",
            HasSubstr("phone.cfg:6: account.2.registrar = no host: permitted is")));
}

TEST(GenericConfig, refuses_indices_that_do_not_exist) {
    EXPECT_THAT(errors_of("account.17.user = x"),
                ElementsAre("phone.cfg:3: account.17.user: permitted are account.1.user to "
                            "account.16.user"));
    EXPECT_THAT(errors_of("dns.server.3 = 192.0.2.1"), ElementsAre(HasSubstr("dns.server.2")));
}

TEST(GenericConfig, collects_every_error_of_the_file) {
    const auto loaded = generic(
        "account.1.port = 70000\nnonsense\n = 3\naccount.1.port = x\naccount.1.port = 5060\n");
    EXPECT_THAT(
        lines(loaded.errors),
        ElementsAre(HasSubstr(":1: account.1.port = 70000"), HasSubstr(":1: account.1.user"),
                    HasSubstr(":1: account.1.registrar"), HasSubstr(":2: not an assignment"),
                    HasSubstr(":3: not an assignment"), HasSubstr(":4: account.1.port = x")));
}

TEST(GenericConfig, lets_the_later_of_two_count_and_names_both_lines) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = a.test\n\naccount.1.registrar = b.test\n");
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre("phone.cfg:4: account.1.registrar is also set in line 2; line 4 counts"));
    EXPECT_EQ(loaded.config.accounts.at(0).servers.at(0).host, "b.test");
}

TEST(GenericConfig, never_shows_a_password) {
    const auto loaded = generic(
        "account.1.password = top\x01secret\naccount.1.pasword = topsecret\n"
        "account.1.password topsecret\naccount.1.password = topsecret\n");
    EXPECT_THAT(lines(loaded.errors),
                testing::Contains(HasSubstr("account.1.password = ***: permitted")));
    for (const auto* notices : {&loaded.errors, &loaded.warnings}) {
        EXPECT_FALSE(notices->empty());
        for (const auto& text : lines(*notices))
            EXPECT_THAT(text, testing::Not(HasSubstr("secret")));
    }
}

TEST(GenericConfig, asks_whether_a_near_miss_was_meant_and_ignores_the_rest) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = pbx.test\naccount.1.pasword = x\n"
        "account.1.regitrar = x\naccount.12.expries = 1\nAccount.1.User = x\nsip.local-port = 1\n"
        "sip.t3_ms = 1\naccount.1.label = x\nphone_setting.lock = 1\nuser = 1\n");
    EXPECT_THAT(lines(loaded.errors), IsEmpty());
    EXPECT_THAT(
        lines(loaded.warnings),
        ElementsAre("phone.cfg:3: account.1.pasword: unknown, is account.1.password meant?",
                    "phone.cfg:4: account.1.regitrar: unknown, is account.1.registrar meant?",
                    "phone.cfg:5: account.12.expries: unknown, is account.12.expires meant?",
                    "phone.cfg:6: Account.1.User: unknown, is account.1.user meant?",
                    "phone.cfg:7: sip.local-port: unknown, is sip.local_port meant?"));
    EXPECT_THAT(loaded.ignored,
                ElementsAre("sip.t3_ms", "account.1.label", "phone_setting.lock", "user"));
}

TEST(GenericConfig, warns_of_a_proxy_port_without_a_proxy) {
    const auto loaded = generic(
        "account.1.user = 1001\naccount.1.registrar = pbx.test\naccount.1.outbound_port = 5070\n");
    EXPECT_THAT(lines(loaded.warnings),
                ElementsAre(HasSubstr("phone.cfg:3: account.1.outbound_port")));
    EXPECT_THAT(loaded.config.accounts.at(0).outbound_proxies, IsEmpty());
}

TEST(Loader, knows_every_vendor_by_name) {
    for (const auto name : vendor_names()) {
        Vendor vendor{};
        ASSERT_TRUE(parse_vendor(name, vendor)) << name;
        const auto loaded = load(vendor, "phone.cfg", "");
        EXPECT_THAT(lines(loaded.errors), IsEmpty());
        EXPECT_EQ(loaded.config.vendor, vendor);
    }
    Vendor vendor{};
    EXPECT_FALSE(parse_vendor("Generic ", vendor));
}

}  // namespace
}  // namespace twinline::config
