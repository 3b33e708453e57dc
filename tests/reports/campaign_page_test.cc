// What the page of a campaign says of one firmware against the other of the same phone.
#include "reports/campaign_page.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::reports {
namespace {

using judge::Verdict;
using judge::Weight;
using ::testing::HasSubstr;
using ::testing::Not;

judge::Assessment played(Verdict verdict, Weight weight) {
    judge::Assessment a;
    a.scenario = "yealink/failback/returns";
    a.verdict = verdict;
    judge::Finding finding;
    finding.clause = "YL-FB-01";
    finding.weight = weight;
    a.findings.push_back(finding);
    return a;
}

CampaignRun run(std::string device, std::string firmware, judge::Assessment assessment) {
    CampaignRun one;
    one.directory = device + "-" + firmware;
    one.device = std::move(device);
    one.firmware = std::move(firmware);
    one.planned = 1;
    one.assessments.push_back(std::move(assessment));
    return one;
}

std::string page_of(std::vector<CampaignRun> runs) {
    CampaignReport campaign;
    campaign.name = "night";
    campaign.runs = std::move(runs);
    return campaign_html(campaign);
}

const auto kept = [] { return played(Verdict::pass, Weight::ok); };
const auto broke = [] { return played(Verdict::fail, Weight::fail); };

TEST(CampaignPage, NamesWhatAFirmwareMadeWorseAndBetter) {
    const auto worse = page_of({run("t54w", "1.0", kept()), run("t54w", "1.1", broke())});
    EXPECT_THAT(worse, HasSubstr("<span class=\"badge worse\">worse</span> than"));
    EXPECT_THAT(worse, HasSubstr("clauses <code>YL-FB-01</code>; scenarios "
                                 "<code>yealink/failback/returns</code>"));
    EXPECT_THAT(worse, HasSubstr("t54w-1.1/report.html#changes"));
    EXPECT_THAT(worse, Not(HasSubstr("badge better")));
    const auto better = page_of({run("t54w", "1.0", broke()), run("t54w", "1.1", kept())});
    EXPECT_THAT(better, HasSubstr("<span class=\"badge better\">better</span> than"));
    EXPECT_THAT(better, Not(HasSubstr("badge worse")));
}

TEST(CampaignPage, SaysSoWhereNothingChanged) {
    const auto otherwise = played(Verdict::pass, Weight::observation);
    const auto page = page_of({run("t54w", "1.0", kept()), run("t54w", "1.1", otherwise)});
    EXPECT_THAT(page, HasSubstr("Nothing became worse or better than with"))
        << "another observed value breaks nothing";
}

TEST(CampaignPage, ComparesNoPhoneWithAnother) {
    for (const auto& page : {page_of({run("t54w", "1.0", kept()), run("t42s", "1.1", broke())}),
                             page_of({run("t54w", "1.0", kept()), run("t54w", "1.0", broke())})}) {
        EXPECT_THAT(page, Not(HasSubstr("badge worse")));
        EXPECT_THAT(page, Not(HasSubstr("Nothing became worse")));
    }
}

}  // namespace
}  // namespace twinline::reports
