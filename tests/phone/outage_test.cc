// Random outages of servers and name servers over hundreds of short lives: whatever happens, the
// phone keeps its identity, does not storm, and comes home once everything has healed.
#include "tests/phone/driver.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace twinline::test {
namespace {

constexpr std::uint64_t sequences = 2000;
constexpr auto outage = 6min;
// The longest pause (RFC-5626-06), a round of silent servers and a negative answer that is kept.
constexpr auto home_within = 1800s + 2 * 32s + 60s;
// Rounds are at least 30 s apart and ask two servers, each with two transactions: a request and its
// answer to a challenge. A refresh adds as many.
constexpr std::size_t most_transactions_a_minute = 16;
constexpr std::size_t most_queries_a_minute = 48;  // four questions, four attempts, three rounds

class Life {
  public:
    explicit Life(std::uint64_t seed) : random_(seed), bench_(one_account("pbx.test"), seed) {
        publish_pbx(bench_, 30);
        healthy_ = bench_.dns;
        bench_.name_server = [this](const Sent& query) { return name_server(query); };
        heal();
    }

    void run() {
        bench_.power_on();
        while (bench_.now() < outage) {
            bench_.run_until(bench_.now() + std::chrono::milliseconds(random_() % 90000));
            change();
        }
        heal();
        const auto latest = bench_.now() + home_within;
        while (bench_.now() < latest && bench_.line_state() != "registered")
            bench_.run_until(bench_.now() + 10s);
        bench_.run_until(bench_.now() + 100s);
    }
    PhoneBench& bench() { return bench_; }

  private:
    enum class Mode { good, silent, busy, busy_for_long, refused, forbids, brief, fails };

    PhoneBench::Server server(Mode mode, const std::string& host) {
        return [this, mode, host](const wire::SipMessage& r) -> std::optional<wire::SipMessage> {
            switch (mode) {
                case Mode::silent:
                    return std::nullopt;
                case Mode::busy:
                    return answer(r, 503);
                case Mode::busy_for_long: {
                    auto response = answer(r, 503);
                    response.retry_after = 100;
                    return response;
                }
                case Mode::refused:
                    bench_.at(bench_.now() + 1ms, [this, sent = sent_to(host)] {
                        if (sent) bench_.refuse(*sent);
                    });
                    return std::nullopt;
                case Mode::forbids:
                    return answer(r, 403);
                case Mode::fails:
                    return answer(r, 500);
                case Mode::brief:
                    return registrar("nonce-" + host, 60)(r);
                case Mode::good:
                    break;
            }
            return registrar("nonce-" + host, 300)(r);
        };
    }
    std::optional<Sent> sent_to(const std::string& host) const {
        const auto& all = bench_.sip();
        const auto last =
            std::find_if(all.rbegin(), all.rend(), [&](const Sent& s) { return s.host() == host; });
        return last == all.rend() ? std::nullopt : std::optional(*last);
    }
    void change() {
        bench_.servers[primary] = server(static_cast<Mode>(random_() % 8), primary);
        bench_.servers[secondary] = server(static_cast<Mode>(random_() % 8), secondary);
        dns_mode_ = random_() % 6;
    }
    void heal() {
        bench_.servers[primary] = server(Mode::good, primary);
        bench_.servers[secondary] = server(Mode::good, secondary);
        dns_mode_ = 0;
    }
    std::optional<DnsReply> name_server(const Sent& query) {
        if (dns_mode_ == 1) return std::nullopt;
        if (dns_mode_ == 2) return DnsReply{.rcode = wire::DnsRcode::servfail};
        if (dns_mode_ == 3)
            return DnsReply{.rcode = wire::DnsRcode::nxdomain, .authority = {soa("test", 60, 60)}};
        const auto known = healthy_.find(query.dns.question);
        return known != healthy_.end() ? known->second
                                       : DnsReply{.rcode = wire::DnsRcode::nxdomain};
    }

    std::mt19937_64 random_;
    PhoneBench bench_;
    std::map<wire::DnsQuestion, DnsReply> healthy_;
    std::uint64_t dns_mode_ = 0;
};

std::size_t most_in_a_minute(const std::vector<wire::Duration>& times) {
    std::size_t most = 0;
    for (std::size_t first = 0, i = 0; i < times.size(); ++i) {
        while (times[i] - times[first] >= 60s) ++first;
        most = std::max(most, i - first + 1);
    }
    return most;
}

void check(PhoneBench& bench) {
    std::map<std::string, std::string> owner;
    std::vector<wire::Duration> transactions, queries;
    std::uint32_t cseq = 0;
    for (const auto& sent : bench.sip()) {
        const auto [place, is_new] = owner.emplace(sent.branch(), sent.host() + sent.bytes);
        if (is_new) transactions.push_back(sent.at);
        EXPECT_EQ(place->second, sent.host() + sent.bytes) << "two transactions on one branch";
        EXPECT_GE(sent.sip.cseq, cseq) << "CSeq falls";
        EXPECT_LE(sent.sip.cseq, cseq + 1) << "CSeq jumps";
        cseq = sent.sip.cseq;
        EXPECT_EQ(sent.sip.call_id, bench.sip().front().sip.call_id);
    }
    for (const auto& query : bench.queries()) queries.push_back(query.at);
    EXPECT_LE(most_in_a_minute(transactions), most_transactions_a_minute);
    EXPECT_LE(most_in_a_minute(queries), most_queries_a_minute);
    EXPECT_EQ(bench.line_state(), "registered") << "not home after everything healed";
}

TEST(Outages, NeverBreakIdentityNorCauseAStormAndAlwaysEndAtHome) {  // RFC-3261-0811, -102, -1027
    for (std::uint64_t seed = 1; seed <= sequences && !::testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Life life(seed);
        life.run();
        check(life.bench());
    }
}

TEST(Outages, AreRepeatedByTheirSeed) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Life one(seed), other(seed);
        one.run();
        other.run();
        EXPECT_EQ(one.bench().ladder(), other.bench().ladder());
        ASSERT_EQ(one.bench().sip().size(), other.bench().sip().size());
        for (std::size_t i = 0; i < one.bench().sip().size(); ++i)
            EXPECT_EQ(one.bench().sip()[i].bytes, other.bench().sip()[i].bytes);
    }
}

}  // namespace
}  // namespace twinline::test
