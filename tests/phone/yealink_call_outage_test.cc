// Random outages while the user of a Yealink phone dials and hangs up, over five hundred short
// lives: identity holds, every final answer is acknowledged, nothing storms, every call ends, and
// once the servers are back the next call is answered (YL-FO-INV-02, YL-FO-INV-04, RFC-3261-0811,
// RFC-3261-1221, RFC-3261-B2).
#include "tests/phone/call_bench.hh"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>
#include <set>

namespace twinline::test {
namespace {

constexpr std::uint64_t seeds = 500;
constexpr auto outage_in_calls = 5min;
constexpr auto calm = 40min;  // the longest pause of a registration (RFC-5626-06), and more
constexpr std::size_t most_transactions_of_a_call = 64;

class CallingLife {
  public:
    explicit CallingLife(std::uint64_t seed)
        : random_(seed), bench_(config(), seed, {}, readings()) {
        publish_pbx(bench_, 30);
        heal();
    }

    void run() {
        bench_.power_on();
        while (bench_.now() < outage_in_calls) {
            bench_.run_until(bench_.now() + std::chrono::milliseconds(random_() % 20000));
            for (const auto& host : hosts)
                if (random_() % 3 == 0)
                    bench_.servers[host] = server(static_cast<Mode>(random_() % 9));
            switch (random_() % 4) {
                case 0:
                case 1:
                    bench_.input(phone::Dial{1, "2000"});
                    break;
                case 2:
                    bench_.input(phone::HangUp{});
                    break;
                default:
                    bench_.input(phone::Hold{});
            }
        }
        heal();
        bench_.input(phone::HangUp{});
        bench_.run_until(bench_.now() + calm);
    }

    void check() {
        EXPECT_TRUE(over()) << "the call does not end: " << bench_.call_state();
        bench_.input(phone::Dial{1, "2000"});
        bench_.run_until(bench_.now() + 5min);
        EXPECT_EQ(bench_.call_state(), "talking") << bench_.call_notice();
        check_identity();
        for (const auto& branch : refused_)
            EXPECT_TRUE(acknowledged_.contains(branch)) << "no ACK for the answer to " << branch;
    }
    PhoneBench& bench() { return bench_; }

  private:
    enum class Mode { good, silent, busy, trying, declines, challenges, fails, refused, closed };
    const std::vector<std::string> hosts{primary, secondary, "192.0.2.99:5060"};

    config::PhoneConfig config() {
        auto config = random_() % 3 == 0
                          ? yealink_fallback(random_() % 2 == 0 ? config::Redundancy::successive
                                                                : config::Redundancy::concurrent,
                                             60s)
                          : yealink_failover(static_cast<config::FailbackMode>(random_() % 4), 60s);
        for (auto& one : config.accounts[0].servers) {
            one.invite_retry_counts = 1 + static_cast<unsigned>(random_() % 10);
            one.register_on_enable = random_() % 2 == 0;
        }
        return config;
    }
    Readings readings() {
        Readings some;
        const auto maybe = [&](const char* id, const char* value) {
            if (random_() % 2 == 0) some[id] = value;
        };
        maybe("give-up-instant", "transaction-timer");
        maybe("invite-5xx", "next-at-once");
        maybe("unavailable-server", "retries-then-next");
        maybe("retry-form", "new-request");
        maybe("icmp-error", "ignored");
        maybe("register-on-refused", "next-server");
        return some;
    }
    void heal() {
        for (const auto& host : hosts) bench_.servers[host] = server(Mode::good);
        bench_.servers[fallback] = server(Mode::good);
    }
    bool over() const {
        const auto& state = bench_.call_state();
        return state.empty() || state == "idle" || state == "failed";
    }

    PhoneBench::Server server(Mode mode) {
        return [this, mode](const wire::SipMessage& r) -> std::optional<wire::SipMessage> {
            if (r.method == "ACK") {
                acknowledged_.insert(r.via.front().branch);
                return std::nullopt;
            }
            auto reply = answer_of(mode, r);
            if (reply && r.method == "INVITE" && reply->status >= 300)
                refused_.insert(r.via.front().branch);
            return reply;
        };
    }
    std::optional<wire::SipMessage> answer_of(Mode mode, const wire::SipMessage& r) {
        const bool invite = r.method == "INVITE";
        switch (mode) {
            case Mode::silent:
                return std::nullopt;
            case Mode::busy:
                return answer(r, 503);
            case Mode::trying:
                if (invite) return answer(r, 100);
                break;
            case Mode::declines:
                if (invite) return answer(r, 486);
                break;
            case Mode::challenges:
                if (invite && r.other.size() < 2) return challenge(r, "n1");
                break;
            case Mode::fails:
                return answer(r, 500);
            case Mode::refused:
                bench_.at(bench_.now() + 1ms,
                          [this, sent = bench_.sip().back()] { bench_.refuse(sent); });
                return std::nullopt;
            case Mode::closed:
                return answer(r, invite ? 404 : 403);
            case Mode::good:
                break;
        }
        return *switchboard(150)(r);
    }

    void check_identity() const {
        std::map<std::string, std::string> owner;
        std::map<std::string, std::uint32_t> cseq;
        std::map<std::string, std::size_t> transactions;
        for (const auto& sent : bench_.sip()) {
            if (!sent.sip.is_request() || sent.sip.method == "ACK" || sent.sip.method == "CANCEL")
                continue;  // which have their own rules (RFC 3261 17.1.1.3, 9.1)
            const auto [place, is_new] = owner.emplace(sent.branch(), sent.host() + sent.bytes);
            EXPECT_EQ(place->second, sent.host() + sent.bytes) << "two transactions on one branch";
            EXPECT_GE(sent.sip.cseq, cseq[sent.sip.call_id]) << "CSeq falls";
            cseq[sent.sip.call_id] = sent.sip.cseq;
            if (sent.sip.method == "INVITE" && is_new) ++transactions[sent.sip.call_id];
        }
        for (const auto& [call_id, count] : transactions)
            EXPECT_LE(count, most_transactions_of_a_call) << "a storm";
    }

    std::mt19937_64 random_;
    PhoneBench bench_;
    std::set<std::string> refused_, acknowledged_;  // by branch
};

TEST(YealinkCallOutages, NeverBreakIdentityNorLeaveACallBehind) {
    for (std::uint64_t seed = 1; seed <= seeds && !::testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        CallingLife life(seed);
        life.run();
        life.check();
        if (::testing::Test::HasFailure()) std::cout << life.bench().ladder();
    }
}

}  // namespace
}  // namespace twinline::test
