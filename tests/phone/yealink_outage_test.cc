// Random outages over a thousand short lives of Yealink phones, in failover and in both modes of
// fallback: identity holds, nothing storms, successive registration keeps to one server, and the
// phone comes home (YL-REG-07, YL-REG-09, YL-FBK-REG-05, RFC-3261-102, RFC-3261-0811).
#include "tests/phone/yealink_bench.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace twinline::test {
namespace {

constexpr std::uint64_t lives = 1000;
constexpr auto outage_of_all = 10min;
// The longest pause (RFC-5626-06), or the probe interval; then a round of silent servers.
constexpr auto yealink_home_within = 1800s + 60s;
constexpr std::size_t most_yealink_transactions = 16;  // of one registration

class YealinkLife {
  public:
    explicit YealinkLife(std::uint64_t seed)
        : random_(seed), bench_(config(), seed, {}, readings()) {
        publish_pbx(bench_, 30);
        heal();
    }
    void run() {
        bench_.power_on();
        while (bench_.now() < outage_of_all) {
            bench_.run_until(bench_.now() + std::chrono::milliseconds(random_() % 90000));
            for (const auto& host : {primary, secondary, fallback})
                bench_.servers[host] = server(static_cast<Mode>(random_() % 7), host);
        }
        heal();
        const auto latest = bench_.now() + yealink_home_within;
        while (bench_.now() < latest && !is_home()) bench_.run_until(bench_.now() + 10s);
    }
    void check() {
        std::map<std::string, std::string> owner;
        std::map<std::string, std::uint32_t> cseq;
        std::map<std::string, std::vector<wire::Duration>> begun;
        for (const auto& sent : bench_.sip()) {
            const auto [place, is_new] = owner.emplace(sent.branch(), sent.host() + sent.bytes);
            EXPECT_EQ(place->second, sent.host() + sent.bytes) << "two transactions on one branch";
            if (is_new) begun[sent.sip.call_id].push_back(sent.at);
            EXPECT_GE(sent.sip.cseq, cseq[sent.sip.call_id]) << "CSeq falls";
            cseq[sent.sip.call_id] = sent.sip.cseq;
        }
        EXPECT_EQ(begun.size(), has_two_ && (!successive_ || used_fallback()) ? 2U : 1U);
        for (const auto& [call_id, times] : begun)
            EXPECT_LE(most_in_a_minute(times), most_yealink_transactions) << "a storm";
        EXPECT_TRUE(is_home()) << "concurrent registration: at both servers (YL-REG-04)";
        if (successive_) check_one_server();
    }
    PhoneBench& bench() { return bench_; }

  private:
    enum class Mode { good, silent, busy, busy_for_long, refused, forbids, fails };
    struct Grant {
        wire::Duration from, to;
    };

    config::PhoneConfig config() {
        has_two_ = random_() % 3 != 0;
        successive_ = has_two_ && random_() % 2 == 0;
        const auto mode = static_cast<config::FailbackMode>(random_() % 4);
        auto config = has_two_ ? yealink_fallback(successive_ ? config::Redundancy::successive
                                                              : config::Redundancy::concurrent,
                                                  std::chrono::seconds(10 + random_() % 120))
                               : yealink_failover(mode, 60s + std::chrono::seconds(random_() % 60));
        for (auto& one : config.accounts[0].servers)
            one.retry_counts = static_cast<unsigned>(random_() % 12);
        return config;
    }
    Readings readings() {
        Readings some;
        const auto maybe = [&](const char* id, const char* value) {
            if (random_() % 2 == 0) some[id] = value;
        };
        maybe("give-up-instant", "transaction-timer");
        maybe("duration-restart", "from-last-registration");
        maybe("fallback-probe-origin", "from-end");
        maybe("fallback-probe-retries", "single");
        maybe("fallback-return-cleanup", "removed");
        maybe("concurrent-start", "after-answer");
        maybe("register-5xx", "next-at-once");
        return some;
    }
    void heal() {
        for (const auto& host : {primary, secondary, fallback})
            bench_.servers[host] = server(Mode::good, host);
    }
    PhoneBench::Server server(Mode mode, const std::string& host) {
        return [this, mode, host](const wire::SipMessage& r) -> std::optional<wire::SipMessage> {
            switch (mode) {
                case Mode::silent:
                    return std::nullopt;
                case Mode::busy:
                    return answer(r, 503);
                case Mode::busy_for_long:
                    return unavailable_for(100)(r);
                case Mode::refused:
                    bench_.at(bench_.now() + 1ms,
                              [this, sent = bench_.sip().back()] { bench_.refuse(sent); });
                    return std::nullopt;
                case Mode::forbids:
                    return answer(r, 403);
                case Mode::fails:
                    return answer(r, 500);
                case Mode::good:
                    break;
            }
            constexpr std::uint32_t lifetime = 150;
            const auto heard = bench_.now() + bench_.delay;
            if (r.expires != 0U)
                grants_[host].push_back({heard, heard + std::chrono::seconds(lifetime)});
            else
                grants_.erase(host);
            return ok(r, lifetime);
        };
    }
    bool is_home() {
        if (!has_two_) return holds(primary) || holds(secondary);
        return holds(working) && (successive_ || holds(fallback));
    }
    bool holds(const std::string& host) {
        return !grants_[host].empty() && grants_[host].back().to > bench_.now();
    }
    bool used_fallback() const { return !bench_.times(fallback).empty(); }
    void check_one_server() {
        std::set<std::string> known;  // a request under way may be sent again, but none is begun
        for (const auto& sent : bench_.sip_to(fallback)) {
            if (!known.insert(sent.branch()).second) continue;
            for (const auto& live : grants_[working])
                EXPECT_FALSE(sent.sip.expires != 0U && live.from <= sent.at && sent.at < live.to)
                    << "registers at the fallback server at "
                    << std::chrono::duration<double>(sent.at).count()
                    << " s while the working server's registration is live";
        }
    }
    static std::size_t most_in_a_minute(const std::vector<wire::Duration>& times) {
        std::size_t most = 0;
        for (std::size_t first = 0, i = 0; i < times.size(); ++i) {
            while (times[i] - times[first] >= 60s) ++first;
            most = std::max(most, i - first + 1);
        }
        return most;
    }

    std::mt19937_64 random_;
    bool has_two_ = false, successive_ = false;
    PhoneBench bench_;
    std::map<std::string, std::vector<Grant>> grants_;
};

TEST(YealinkOutages, NeverBreakIdentityNorCauseAStormAndAlwaysEndAtHome) {
    for (std::uint64_t seed = 1; seed <= lives && !::testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        YealinkLife life(seed);
        life.run();
        life.check();
    }
}

}  // namespace
}  // namespace twinline::test
