// DNS messages: the records that server location reads (RFC 3263, 2782, 3403), and hostile octets.
#include "reference_impl/wire/dns_message.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace twinline::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string octets(std::initializer_list<unsigned> values) {
    std::string text;
    for (const auto value : values) text += static_cast<char>(value);
    return text;
}

std::string word(unsigned value) { return octets({value >> 8, value & 0xff}); }
std::string long_word(std::uint32_t value) { return word(value >> 16) + word(value & 0xffff); }

std::string dns_name(std::string_view dotted) {
    std::string wire;
    while (!dotted.empty()) {
        const auto dot = std::min(dotted.find('.'), dotted.size());
        wire += static_cast<char>(dot);
        wire += dotted.substr(0, dot);
        dotted.remove_prefix(std::min(dot + 1, dotted.size()));
    }
    return wire + '\0';
}

std::string character_string(std::string_view text) {
    return static_cast<char>(text.size()) + std::string(text);
}

const std::string question_name = word(0xc00c);  // a pointer to the question

std::string record(const std::string& owner, unsigned type, std::uint32_t ttl,
                   const std::string& data) {
    return owner + word(type) + word(1) + long_word(ttl) +
           word(static_cast<unsigned>(data.size())) + data;
}

// A response with one question for `name`, and `answers` records in its answer section.
std::string response(std::string_view name, unsigned type, unsigned answers,
                     const std::string& rest, unsigned flags = 0x8180) {
    return word(0x1234) + word(flags) + word(1) + word(answers) + word(0) + word(0) +
           dns_name(name) + word(type) + word(1) + rest;
}

ParseError dns_error_of(const std::string& bytes) {
    const auto parsed = parse_response(bytes);
    return parsed ? ParseError{0, "(taken)"} : parsed.error();
}

TEST(DnsQuery, is_recursive_and_has_no_edns) {
    EXPECT_EQ(serialise_query(0xbeef, {"_sip._udp.pbx.test", DnsType::srv}),
              word(0xbeef) + word(0x0100) + word(1) + word(0) + word(0) + word(0) +
                  dns_name("_sip._udp.pbx.test") + word(33) + word(1));
}

TEST(DnsResponse, reads_address_records_through_an_alias) {
    const auto parsed = parse_response(
        response("WWW.Pbx.Test", 1, 2,
                 record(question_name, 5, 60, dns_name("Real.pbx.test")) +
                     record(dns_name("real.PBX.test"), 1, 300, octets({192, 0, 2, 11}))));
    ASSERT_TRUE(parsed) << parsed.error().reason;
    EXPECT_EQ(parsed->id, 0x1234);
    EXPECT_FALSE(parsed->truncated);
    EXPECT_EQ(parsed->question, (DnsQuestion{"www.pbx.test", DnsType::a}));
    EXPECT_THAT(parsed->answer,
                ElementsAre(DnsRecord{"www.pbx.test", 60, CnameRecord{"real.pbx.test"}},
                            DnsRecord{"real.pbx.test", 300, ARecord{Ipv4{0xc000020b}}}));
}

TEST(DnsResponse, reads_srv_and_naptr_fields_in_their_places) {
    const auto srv = parse_response(response(
        "_sip._udp.pbx.test", 33, 1,
        record(question_name, 33, 5, word(10) + word(60) + word(5080) + dns_name("A.pbx.test"))));
    ASSERT_TRUE(srv) << srv.error().reason;
    EXPECT_EQ(srv->answer[0].data,
              decltype(DnsRecord::data)(SrvRecord{10, 60, 5080, "a.pbx.test"}));

    const auto naptr = parse_response(
        response("pbx.test", 35, 1,
                 record(question_name, 35, 5,
                        word(50) + word(20) + character_string("s") + character_string("SIP+D2U") +
                            character_string("") + dns_name("_sip._udp.pbx.test"))));
    ASSERT_TRUE(naptr) << naptr.error().reason;
    EXPECT_EQ(naptr->answer[0].data, decltype(DnsRecord::data)(NaptrRecord{
                                         50, 20, "s", "SIP+D2U", "", "_sip._udp.pbx.test"}));
}

TEST(DnsResponse, reads_the_negative_ttl_rcode_and_truncation) {
    auto bytes = response("pbx.test", 1, 0,
                          record(question_name, 6, 3600,
                                 dns_name("ns.test") + dns_name("hostmaster.test") + long_word(1) +
                                     long_word(2) + long_word(3) + long_word(4) + long_word(30)),
                          0x8383);
    bytes[9] = 1;  // the record stands in the authority section
    const auto parsed = parse_response(bytes);
    ASSERT_TRUE(parsed) << parsed.error().reason;
    EXPECT_EQ(parsed->rcode, DnsRcode::nxdomain);
    EXPECT_TRUE(parsed->truncated);
    EXPECT_THAT(parsed->authority, ElementsAre(DnsRecord{"pbx.test", 3600, SoaRecord{30}}));
}

TEST(DnsResponse, takes_a_ttl_with_the_top_bit_as_zero) {
    const auto ttl_of = [](std::uint32_t ttl) {
        const auto address = record(question_name, 1, ttl, octets({1, 2, 3, 4}));
        return parse_response(response("pbx.test", 1, 1, address))->answer.at(0).ttl;
    };
    EXPECT_EQ(ttl_of(0x7fffffff), 0x7fffffffU);
    EXPECT_EQ(ttl_of(0x80000000), 0U);
    EXPECT_EQ(ttl_of(0xffffffff), 0U);
}

TEST(DnsResponse, keeps_records_of_other_types_and_classes_as_such) {
    auto chaos = record(question_name, 1, 5, octets({1, 2, 3, 4}));
    chaos[5] = 3;
    const auto parsed = parse_response(
        response("pbx.test", 1, 2, record(question_name, 16, 5, character_string("text")) + chaos));
    ASSERT_TRUE(parsed) << parsed.error().reason;
    EXPECT_THAT(parsed->answer, ElementsAre(DnsRecord{"pbx.test", 5, OtherRecord{16}},
                                            DnsRecord{"pbx.test", 5, OtherRecord{1}}));
}

TEST(DnsResponse, refuses_what_is_no_single_answer) {
    EXPECT_EQ(dns_error_of(response("pbx.test", 1, 0, "", 0x0180)).reason, "not a response");
    EXPECT_EQ(dns_error_of(response("pbx.test", 1, 0, "", 0xa980)).offset, 2U);
    for (const unsigned questions : {0U, 2U}) {
        auto bytes = response("pbx.test", 1, 0, dns_name("pbx.test") + word(1) + word(1));
        bytes[5] = static_cast<char>(questions);
        EXPECT_EQ(dns_error_of(bytes).reason, "not exactly one question");
    }
    EXPECT_EQ(dns_error_of("").reason, "shorter than a DNS header");
    EXPECT_EQ(dns_error_of(std::string(11, '\x80')).offset, 11U);
}

TEST(DnsResponse, names_the_record_that_is_broken) {
    const auto good = record(question_name, 1, 5, octets({1, 2, 3, 4}));
    const auto second = response("pbx.test", 1, 0, "").size() + good.size();
    const auto offset_with = [&](const std::string& bad) {
        return dns_error_of(response("pbx.test", 1, 2, good + bad)).offset;
    };
    EXPECT_EQ(offset_with(""), second) << "fewer records than counted";
    EXPECT_EQ(offset_with(good.substr(0, good.size() - 1)), second);
    EXPECT_EQ(offset_with(record(question_name, 1, 5, octets({1, 2, 3}))), second);
    EXPECT_EQ(offset_with(record(question_name, 1, 5, "")), second);
    EXPECT_EQ(offset_with(record(question_name, 33, 5, word(1) + word(2))), second);
    EXPECT_EQ(offset_with(record(question_name, 35, 5, word(1) + word(2) + octets({200}))), second);
    EXPECT_EQ(dns_error_of(response("pbx.test", 1, 1, good + "x")).offset, second);
}

TEST(DnsResponse, refuses_names_that_point_at_themselves_or_forward_without_end) {
    const auto at = static_cast<unsigned>(response("pbx.test", 1, 0, "").size());
    for (const auto& owner : {word(0xc000U | at), octets({1, 'a'}) + word(0xc000U | at),
                              word(0xc000U | (at + 2)) + word(0xc000U | at), word(0xffff)}) {
        const auto bytes = response("pbx.test", 1, 1, record(owner, 1, 5, octets({1, 2, 3, 4})));
        EXPECT_EQ(dns_error_of(bytes).offset, at);
    }
}

TEST(DnsResponse, never_crashes_on_mutated_octets) {
    constexpr unsigned seed = 1035;
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    const auto valid = response(
        "_sip._udp.pbx.test", 33, 3,
        record(question_name, 33, 5, word(1) + word(2) + word(3) + dns_name("a.test")) +
            record(question_name, 35, 5,
                   word(1) + word(2) + character_string("s") + character_string("SIP+D2U") +
                       character_string("!a!b!") + question_name) +
            record(question_name, 5, 5, question_name));
    ASSERT_TRUE(parse_response(valid));
    int taken = 0;
    for (int i = 0; i < 20000; ++i) {
        auto bytes = valid.substr(0, valid.size() - (below(4) == 0 ? below(valid.size()) : 0));
        for (auto rounds = below(4); rounds > 0 && !bytes.empty(); --rounds) {
            bytes[below(bytes.size())] = static_cast<char>(below(256));
        }
        const auto parsed = parse_response(bytes);
        if (parsed) {
            ++taken;
        } else {
            ASSERT_LE(parsed.error().offset, bytes.size());
        }
    }
    EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace twinline::wire
