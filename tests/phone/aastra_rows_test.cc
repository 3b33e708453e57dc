// The three rows of page 4-70 as data: for each failed element where each request goes, of whom it
// speaks and by which outbound proxy it is carried (AA-OBP-10 to AA-OBP-31).
#include "tests/phone/aastra_bench.hh"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace twinline::test {
namespace {

struct RowCase {
    std::string row, does, watch, user, asks, clause;
    std::vector<std::string> fails, goes;
};

void PrintTo(const RowCase& c, std::ostream* out) {
    *out << c.row << ", fails:";
    for (const auto& letter : c.fails) *out << " " << letter;
    *out << ", " << c.does << ", " << c.watch << " (" << c.clause << ")";
}

std::vector<RowCase> cases() {
    std::vector<RowCase> some;
    for (const auto& node : YAML::LoadFile(TWINLINE_SOURCE "/tests/phone/aastra_rows.yaml")["rows"])
        some.push_back({node["row"].as<std::string>(), node["does"].as<std::string>(),
                        node["watch"].as<std::string>(), node["user"].as<std::string>(),
                        node["asks"].as<std::string>(), node["clause"].as<std::string>(),
                        node["fails"].as<std::vector<std::string>>(),
                        node["goes"].as<std::vector<std::string>>()});
    return some;
}

class AastraRows : public ::testing::TestWithParam<RowCase> {};

TEST_P(AastraRows, GoWhereThePageSays) {
    const auto& row = GetParam();
    // Only what is watched is renewed within the time of the test.
    const bool subscribes = row.watch == "SUBSCRIBE";
    AastraPhone phone(aastra_config(row.row, subscribes
                                                 ? "sip explicit mwi subscription: 1\n"
                                                   "sip explicit mwi subscription period: 100\n"
                                                 : ""));
    phone.bench.power_on();
    phone.run(10s);
    ASSERT_EQ(phone.bench.line_state(), "registered");
    for (const auto& letter : row.fails) phone.silence(letter);
    const auto since = phone.bench.now();
    if (row.does == "dial") {
        phone.bench.input(phone::Dial{1, "2000"});
        phone.run(60s);
    } else {
        phone.run(subscribes ? 100s : 330s);
    }
    const auto all = phone.first_sends(row.watch, since);
    ASSERT_GE(all.size(), row.goes.size()) << phone.bench.ladder();
    for (std::size_t i = 0; i < row.goes.size(); ++i)
        EXPECT_EQ(all[i].host(), at(row.goes[i])) << phone.bench.ladder();
    const auto& last = all[row.goes.size() - 1].sip;
    EXPECT_EQ(last.from.uri, "sip:1001@" + aastra_hosts.at(row.user));
    EXPECT_NE(last.request_uri.find(aastra_hosts.at(row.asks)), std::string::npos)
        << last.request_uri;
}

INSTANTIATE_TEST_SUITE_P(Page470, AastraRows, ::testing::ValuesIn(cases()));

}  // namespace
}  // namespace twinline::test
