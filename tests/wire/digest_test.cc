// Digest responses against the worked examples of RFC 2617, RFC 2069's scheme and RFC 7616, and
// what a verifier refuses.
#include "reference_impl/wire/digest.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::wire {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string rfc7616_nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
const std::string rfc7616_cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

Challenge rfc7616_challenge(const std::string& algorithm) {
    return {false,
            "Digest",
            {{"realm", "http-auth@example.org"},
             {"qop", "auth, auth-int"},
             {"algorithm", algorithm},
             {"nonce", rfc7616_nonce},
             {"opaque", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"}}};
}

Header rfc7616_answer(const std::string& algorithm) {
    return authorize(rfc7616_challenge(algorithm), {"Mufasa", "Circle of Life"}, "GET",
                     "/dir/index.html", rfc7616_cnonce, 1);
}

TEST(Digest, answers_the_example_of_rfc_2617_section_3_5) {
    const Challenge challenge{false,
                              "Digest",
                              {{"realm", "testrealm@host.com"},
                               {"qop", "auth,auth-int"},
                               {"nonce", "dcd98b7102dd2f0e8b11d0f600bfb0c093"},
                               {"opaque", "5ccc069c403ebaf9f0171e9517f40e41"}}};
    const auto header =
        authorize(challenge, {"Mufasa", "Circle Of Life"}, "GET", "/dir/index.html", "0a4f113b", 1);
    EXPECT_EQ(header.name, "Authorization");
    EXPECT_THAT(header.value, HasSubstr(R"(response="6629fae49393a05397450978507c4ef1")"));
    EXPECT_THAT(header.value, HasSubstr(R"(opaque="5ccc069c403ebaf9f0171e9517f40e41")"));
    EXPECT_THAT(header.value, HasSubstr("qop=auth, nc=00000001"));
    EXPECT_THAT(header.value, Not(HasSubstr("algorithm"))) << "none was named in the challenge";
}

TEST(Digest, answers_the_examples_of_rfc_7616_section_3_9_1) {
    EXPECT_THAT(rfc7616_answer("MD5").value,
                HasSubstr(R"(response="8ca523f5e9506fed4657c9700eebdbec")"));
    EXPECT_THAT(
        rfc7616_answer("SHA-256").value,
        HasSubstr(
            R"(response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")"));
}

// RFC 2069's form, with the inputs of RFC 2617's example; the value is the one that its erratum
// gives.
TEST(Digest, answers_without_qop_and_then_sends_no_cnonce) {
    const Challenge challenge{
        true,
        "Digest",
        {{"realm", "testrealm@host.com"}, {"nonce", "dcd98b7102dd2f0e8b11d0f600bfb0c093"}}};
    const auto header =
        authorize(challenge, {"Mufasa", "CircleOfLife"}, "GET", "/dir/index.html", "unused", 3);
    EXPECT_EQ(header.name, "Proxy-Authorization");
    EXPECT_THAT(header.value, HasSubstr(R"(response="1949323746fe6a43ef61f9606e7febea")"));
    EXPECT_THAT(header.value, Not(HasSubstr("cnonce")));
    EXPECT_THAT(header.value, Not(HasSubstr("nc=")));
}

TEST(Digest, session_algorithms_answer_differently_and_verify) {
    for (const std::string algorithm : {"MD5", "SHA-256"}) {
        const auto plain = rfc7616_answer(algorithm);
        const auto session = rfc7616_answer(algorithm + "-sess");
        EXPECT_NE(session.value.substr(session.value.find("response=")).substr(0, 40),
                  plain.value.substr(plain.value.find("response=")).substr(0, 40));
        EXPECT_TRUE(verify(session, {"Mufasa", "Circle of Life"}, "GET", "http-auth@example.org",
                           rfc7616_nonce))
            << algorithm;
    }
}

TEST(Digest, chooses_the_first_challenge_that_it_can_answer) {
    const Challenge basic{false, "Basic", {{"realm", "r"}}};
    const Challenge unknown{
        false, "Digest", {{"realm", "r"}, {"nonce", "n"}, {"algorithm", "SHA-512-256"}}};
    const Challenge integrity{
        false, "Digest", {{"realm", "r"}, {"nonce", "n"}, {"qop", "auth-int"}}};
    const Challenge no_nonce{false, "Digest", {{"realm", "r"}}};
    const Challenge sha{
        false,
        "digest",
        {{"realm", "r"}, {"nonce", "n"}, {"algorithm", "sha-256"}, {"qop", "AUTH"}}};
    const Challenge md5{false, "Digest", {{"realm", "r"}, {"nonce", "n"}}};
    const std::vector<Challenge> offered{basic, unknown, integrity, no_nonce, sha, md5};
    EXPECT_EQ(choose_challenge(offered), &offered[4]);
    EXPECT_EQ(choose_challenge({basic, unknown, integrity, no_nonce}), nullptr);
}

class Verifying : public testing::Test {
  protected:
    bool check(const Header& header) const {
        return verify(header, {"Mufasa", "Circle of Life"}, "GET", "http-auth@example.org",
                      rfc7616_nonce);
    }
    Header changed(const std::string& what, const std::string& with) const {
        auto header = answer_;
        const auto at = header.value.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        header.value.replace(at, what.size(), with);
        return header;
    }

    Header answer_ = rfc7616_answer("SHA-256");
};

TEST_F(Verifying, takes_the_right_answer_only) {
    EXPECT_TRUE(check(answer_));
    EXPECT_FALSE(verify(answer_, {"Mufasa", "circle of life"}, "GET", "http-auth@example.org",
                        rfc7616_nonce));
    EXPECT_FALSE(verify(answer_, {"Mufasa", "Circle of Life"}, "PUT", "http-auth@example.org",
                        rfc7616_nonce));
    EXPECT_FALSE(verify(answer_, {"Mufasa", "Circle of Life"}, "GET", "other", rfc7616_nonce));
    EXPECT_FALSE(
        verify(answer_, {"Mufasa", "Circle of Life"}, "GET", "http-auth@example.org", "stale"));
}

TEST_F(Verifying, refuses_fields_that_were_changed_or_do_not_fit) {
    EXPECT_FALSE(check(changed("/dir/index.html", "/dir/other.html")));
    EXPECT_FALSE(check(changed("nc=00000001", "nc=00000002")));
    EXPECT_FALSE(check(changed("nc=00000001", "nc=1")));
    EXPECT_FALSE(check(changed("qop=auth", "qop=auth-int")));
    EXPECT_FALSE(check(changed(rfc7616_cnonce, "")));
    EXPECT_FALSE(check(changed("Mufasa", "Simba")));
    EXPECT_FALSE(check(changed("Digest ", "Basic ")));
    EXPECT_FALSE(check(changed("SHA-256", "SHA-1")));
    EXPECT_FALSE(check(changed("response=", "respons=")));
    EXPECT_FALSE(check({"Authorization", ""}));
    EXPECT_FALSE(check({"Authorization", "Digest username=\"Mufasa"}));
}

TEST(Digest, escapes_a_quote_in_the_user_name_and_verifies_it) {
    const Credentials credentials{"o\"neil\\", "pw"};
    const Challenge challenge{
        false, "Digest", {{"realm", "a, b"}, {"nonce", "n"}, {"qop", "auth"}}};
    const auto header = authorize(challenge, credentials, "REGISTER", "sip:pbx.test", "c", 0x1ff);
    EXPECT_THAT(header.value, StartsWith(R"(Digest username="o\"neil\\", realm="a, b")"));
    EXPECT_THAT(header.value, HasSubstr("nc=000001ff"));
    EXPECT_TRUE(verify(header, credentials, "REGISTER", "a, b", "n"));
}

}  // namespace
}  // namespace twinline::wire
